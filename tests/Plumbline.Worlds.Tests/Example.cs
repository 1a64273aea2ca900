namespace Plumbline.Worlds.Tests;

internal static class Example
{
    public static string Path(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.Path.Combine(folder.FullName, "examples", "counter", file) is var path && File.Exists(path))
                return path;
        }

        throw new FileNotFoundException(file);
    }
}
