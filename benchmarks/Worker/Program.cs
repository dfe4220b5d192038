// SeqGen behind the line protocol of worker.h, with three commands of its own:
//   warm W ...   compiles these workloads for good      alloc W   bytes allocated by many calls, on all threads
//   startup W    nanoseconds of calls 2 to 1,001 of a fresh process
// With --cells, the layers of its workloads are users' cells.
// Knows the protocol; refuses to know what the workloads do.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SeqGen.Benchmarks;

int threads = 1;
bool own = args is ["--cells"];
if (args.Length > 0 && !own && !(args is ["--threads", var count] && int.TryParse(count, CultureInfo.InvariantCulture, out threads) && threads > 0))
{
    Console.Error.WriteLine("Usage: SeqGen.Worker [--threads N | --cells]");
    return 2;
}

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string width = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128";
string kind = System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeCompiled ? "JIT" : "native";
Console.WriteLine($"ready|seqgen|{RuntimeInformation.FrameworkDescription} {kind}, {width} bits|{string.Join(' ', own ? CellCatalogue.OwnNames : Catalogue.Names(threads))}");

Dictionary<string, (IWorkload Work, Stopclock Clock)> made = new(StringComparer.Ordinal);
while (Console.ReadLine() is { } line && line != "quit")
{
    string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    try
    {
        Console.WriteLine(Answer(words));
    }
    catch (Exception e)
    {
        Console.WriteLine($"error {line}: {e.Message.ReplaceLineEndings(" ")}");
    }
}

return 0;

string Answer(string[] words)
{
    switch (words)
    {
        case ["run", var name, var budget]:
            (double ns, long units) = Find(name).Clock.Measure(double.Parse(budget, CultureInfo.InvariantCulture));
            return $"ok {ns:G9} {units}";
        case ["check", var name]:
            return "ok " + string.Join(' ', Find(name).Work.Check().Select(v => v.ToString("G9", CultureInfo.InvariantCulture)));
        case ["alloc", var name]:
            return $"ok {Find(name).Clock.Allocated()}";
        case ["startup", var name]:
            return $"ok {Find(name).Clock.StartUp():G9}";
        case ["warm", .. var names]:
            WarmUp.Run([.. names.Select(n => Find(n).Work)]);
            return "ok";
        default:
            return $"error unknown command: {string.Join(' ', words)}";
    }
}

(IWorkload Work, Stopclock Clock) Find(string name)
{
    if (!made.TryGetValue(name, out (IWorkload Work, Stopclock Clock) found))
    {
        IWorkload work = own ? CellCatalogue.MakeOwn(name) : Catalogue.Make(name, threads);
        made[name] = found = (work, new Stopclock(work));
    }

    return found;
}
