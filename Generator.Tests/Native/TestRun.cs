// Finds the tests of a class by their attributes, runs and counts them. A class must be named to be run: Native AOT keeps what is named,
// the members inherited from generic classes too. Refuses to know what is tested.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Reflection;
using Xunit;

namespace SeqGen.NativeTests;

/// <param name="only">A part of the names of the tests to run.</param>
internal sealed class TestRun(string only)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly HashSet<Type> _run = [];
    private int _passed, _failed, _skipped;

    public TestRun Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.PublicProperties)] T>()
        where T : new()
    {
        int before = _passed + _failed + _skipped;
        foreach (MethodInfo method in typeof(T).GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is not null))
        {
            foreach (object?[] row in Rows(typeof(T), method))
            {
                Run($"{typeof(T).Name}.{method.Name}({string.Join(", ", row)})", () => method.Invoke(new T(), row));
            }
        }

        _run.Add(typeof(T));
        if (only.Length == 0 && before == _passed + _failed + _skipped)
        {
            Run(typeof(T).Name, () => Assert.Fail("no test was found"));
        }

        return this;
    }

    /// <summary>Fails for classes of tests that nobody added, and prints the sum: a line as <c>dotnet test</c> has it, for scripts that add up, and one for people.</summary>
    public int Finish()
    {
        foreach (Type type in typeof(TestRun).Assembly.GetTypes().Where(t => t is { IsAbstract: false, IsNested: false } && !_run.Contains(t)))
        {
            if (type.Name.Contains("Tests", StringComparison.Ordinal))
            {
                Run(type.Name, () => Assert.Fail("this class is compiled into the program, which does not run it"));
            }
        }

        Console.WriteLine($"{(_failed == 0 ? "Passed!" : "Failed!")}  - Failed: {_failed}, Passed: {_passed}, Skipped: {_skipped}, Total: {_passed + _failed + _skipped}, Duration: {_clock.Elapsed.TotalSeconds:F1} s");
        Console.WriteLine($"{_passed} passed, {_failed} failed");
        return _failed == 0 && _passed > 0 ? 0 : 1;
    }

    private void Run(string name, Action test)
    {
        if (!name.Contains(only, StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            test();
            _passed++;
        }
        catch (TargetInvocationException e) when (e.InnerException is SkippedException)
        {
            _skipped++;
        }
        catch (Exception e)
        {
            _failed++;
            e = (e as TargetInvocationException)?.InnerException ?? e;
            Console.WriteLine($"FAILED {name}\n    {(e is FailedException ? e.Message : e)}");
        }
    }

    private static IEnumerable<object?[]> Rows([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type, MethodInfo method)
    {
        if (method.GetCustomAttribute<TheoryAttribute>() is null)
        {
            return [[]];
        }

        IEnumerable<object?[]> members = method.GetCustomAttributes<MemberDataAttribute>()
            .Select(m => type.GetProperty(m.Member, BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)!)
            .SelectMany(p => ((IEnumerable)p.GetValue(null)!).Cast<object?>())
            .Select(value => new[] { value });
        return method.GetCustomAttributes<InlineDataAttribute>().Select(d => d.Values).Concat(members);
    }
}
