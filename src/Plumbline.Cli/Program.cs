using Plumbline.Cli;

using var interruption = new Interruption(Console.Error);
return await Shell.RunAsync(args, Terminal.OfThisProcess(), Rooms.OfThisHouse, interruption.Token).ConfigureAwait(false);
