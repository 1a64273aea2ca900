using Plumbline.Worlds.Knights;

namespace Plumbline.Worlds.Tests.Knights;

public sealed class PuzzleTests
{
    [Fact] // Ada: exactly one of us is a spy. It is true, so she is the knight or the spy; Ben: Ada and I have the same role. Cleo: what Ada and Ben say is evenly true.
    public void A_puzzle_is_solved_as_by_hand()
    {
        Statement[] said = [new ExactlyHaveRole(1, [0, 1, 2], Role.Spy), new ShareRole([0, 1], true), new EvenlySpeakTrue([0, 1], true)];
        // Ada's is always true: she is no knave. Ada knight: Ben knight says true, so evenly true (2) is true, Cleo would be the spy (the spy is needed): holds. Ben spy: says false (1 true), Cleo says even: false, knave: holds.
        // Ben knave: says false, Cleo spy: holds. Ada spy: Ben knight would say what is false, no; Ben knave says false, 1 true, Cleo says even: false, knave: holds.
        Assert.Equal(
        [
            [Role.Spy, Role.Knave, Role.Knave], [Role.Knight, Role.Spy, Role.Knave], [Role.Knight, Role.Knight, Role.Spy], [Role.Knight, Role.Knave, Role.Spy],
        ], Puzzle.Solve(said).Select(roles => roles.ToArray()).OrderBy(roles => Array.IndexOf(roles, Role.Spy)).ThenBy(roles => roles[1]));
    }

    [Fact]
    public void A_drawn_puzzle_has_the_one_solution_that_brute_force_over_all_roles_finds()
    {
        for (var number = 0; number < 20; number++)
        {
            var puzzle = Puzzle.Draw(5, new Draws(1, "test", number));
            var found = Enumerable.Range(0, 243).Select(code => Enumerable.Range(0, 5).Select(player => (Role)(code / (int)Math.Pow(3, player) % 3)).ToArray())
                .Where(roles => roles.Count(role => role == Role.Spy) == 1 && Puzzle.Holds(puzzle.Statements, roles)).ToArray();
            Assert.Equal(puzzle.Solution, Assert.Single(found));
            Assert.True(puzzle.IsSolvedBy(puzzle.Solution));
            Assert.False(puzzle.IsSolvedBy([.. puzzle.Solution.Select(_ => Role.Spy)])); // spies may say anything; there is one
        }
    }

    [Fact]
    public void Nobody_speaks_of_the_truth_of_those_who_speak_later()
    {
        for (var number = 0; number < 200; number++)
        {
            var draws = new Draws(2, "test", number);
            for (var speaker = 0; speaker < 6; speaker++)
                Statement.Draw(6, speaker, draws).IsTrue([.. Enumerable.Repeat(Role.Knight, 6)], new bool[speaker]); // would throw beyond the earlier ones
        }
    }

    [Fact]
    public void Roles_are_read_back_from_words_and_contradictions_are_nobodys_role()
    {
        Assert.Equal([Role.Knight, Role.Spy, Role.Knave], PuzzleText.Read(PuzzleText.Of([Role.Knight, Role.Spy, Role.Knave]), 3).Select(role => role!.Value));
        Assert.Equal([null, Role.Spy, null], PuzzleText.Read("ada knight, Ada knave; BEN: spy. Cleo 1", 3));
    }

    [Fact]
    public void A_puzzle_in_words_names_everybody_and_what_each_says()
    {
        var text = PuzzleText.Of(new Puzzle([new ExactlyHaveRole(1, [0, 1, 2], Role.Spy), new ShareRole([0, 1], true), new ExactlyOneOf(new EvenlySpeakTrue([0, 1], true), new EvenlyHaveRole([0, 2], Role.Spy, false))], []));
        Assert.Contains("Ada: exactly 1 of Ada and Ben and Cleo is a spy. Ben: Ada and Ben all have the same role. Cleo: exactly one of these is true: (the number of those of Ada and Ben who said what is true is even); (the number of spies among Ada and Cleo is odd).", text, StringComparison.Ordinal);
    }
}
