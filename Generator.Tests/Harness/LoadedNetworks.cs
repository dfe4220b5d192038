// Networks that were generated, compiled and loaded in a test. They unload when the test lets go of them.
using System;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;

namespace SeqGen.Generator.Tests.Harness;

/// <summary>Loaded types, against the SeqGen runtime of the test itself.</summary>
internal sealed class LoadedNetworks : IDisposable
{
    private readonly AssemblyLoadContext _context = new("Networks", isCollectible: true);

    public LoadedNetworks(Stream image, HarnessRun run)
    {
        Run = run;
        Assembly = _context.LoadFromStream(image);
    }

    /// <summary>The run they came from, with the generated files.</summary>
    public HarnessRun Run { get; }

    public Assembly Assembly { get; }

    /// <summary>The type of that full name, e.g. <c>Space.Outer+Net</c>.</summary>
    public Type this[string name] => Assembly.GetType(name, throwOnError: true)!;

    /// <summary>A new network of that full name.</summary>
    public object Create(string name, ulong seed = 0)
    {
        try
        {
            return Activator.CreateInstance(this[name], seed)!;
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    public void Dispose() => _context.Unload();
}
