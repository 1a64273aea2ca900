namespace Plumbline.Tests;

public sealed class InputExceptionTests
{
    [Fact]
    public void What_it_quotes_cannot_move_a_cursor_or_end_a_text()
    {
        var problem = new InputException("a\u001b[2Jb", "no tensor '\0'.", "Use\tanother\nfile.");
        Assert.Equal("a\\u001b[2Jb", problem.Place);
        Assert.Equal("no tensor '\\u0000'.", problem.Problem);
        Assert.Equal($"a\\u001b[2Jb: no tensor '\\u0000'.{Environment.NewLine}  Use\tanother\nfile.", problem.Message);
    }
}
