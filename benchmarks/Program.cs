// Benchmarks: `peers` compares with other engines side by side, `suites` runs BenchmarkDotNet.
// Knows the two commands; refuses to know what they do.
using System.Globalization;
using SeqGen.Benchmarks.Running;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["peers", .. var rest]:
        return PeersCommand.Run(rest);
    default:
        Console.Error.WriteLine($"Usage: dotnet run -c Release --project benchmarks -- peers ...\n\n{Options.Usage}");
        return 2;
}
