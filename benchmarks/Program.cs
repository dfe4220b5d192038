// Benchmarks: `peers` compares with other engines side by side, `layers` each layer kind with its floor, `suites` runs BenchmarkDotNet.
// Knows the three commands; refuses to know what they do.
using System.Globalization;
using SeqGen.Benchmarks.Running;
using SeqGen.Benchmarks.Suites;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["peers", .. var rest]:
        return PeersCommand.Run(rest);
    case ["layers", .. var rest]:
        return LayersCommand.Run(rest);
    case ["suites", .. var rest]:
        return SuitesCommand.Run(rest);
    default:
        Console.Error.WriteLine($"dotnet run -c Release --project benchmarks -- peers ... | layers ... | suites ...\n\n{Options.Usage}\n\n{LayersCommand.Usage}\n\n{SuitesCommand.Usage}");
        return 2;
}
