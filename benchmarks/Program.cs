// Benchmarks: `peers` compares with other engines side by side, `layers` each layer kind with its floor, `overhead` Fit with a bare loop, `disk` data on disk
// with memory, `suites` runs BenchmarkDotNet. Knows the commands; refuses to know what they do.
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
    case ["overhead", .. var rest]:
        return OverheadCommand.Run(rest);
    case ["disk", .. var rest]:
        return DiskCommand.Run(rest);
    case ["suites", .. var rest]:
        return SuitesCommand.Run(rest);
    default:
        Console.Error.WriteLine($"dotnet run -c Release --project benchmarks -- peers ... | layers ... | overhead ... | disk ... | suites ...\n\n{Options.Usage}\n\n{LayersCommand.Usage}\n\n{OverheadCommand.Usage}\n\n{DiskCommand.Usage}\n\n{SuitesCommand.Usage}");
        return 2;
}
