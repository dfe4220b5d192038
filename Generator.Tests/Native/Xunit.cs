// As much of xunit's surface as the shared tests use, without what a native binary cannot have. Knows how to compare; finds no tests.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Xunit;

[AttributeUsage(AttributeTargets.Method)]
public class FactAttribute : Attribute;

[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryAttribute : FactAttribute;

[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class InlineDataAttribute(params object?[]? values) : Attribute
{
    public object?[] Values { get; } = values ?? [null];
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class MemberDataAttribute(string member) : Attribute
{
    public string Member { get; } = member;
}

[AttributeUsage(AttributeTargets.Class)]
public sealed class TraitAttribute(string name, string value) : Attribute
{
    public string Name { get; } = name;

    public string Value { get; } = value;
}

/// <summary>Rows of one argument.</summary>
public sealed class TheoryData<T> : List<T>
{
    public TheoryData()
    {
    }

    public TheoryData(IEnumerable<T> rows)
        : base(rows)
    {
    }
}

public sealed class SkippedException(string reason) : Exception(reason);

public sealed class FailedException(string message) : Exception(message);

public static class Assert
{
    public static void Fail(string message) => throw new FailedException(message);

    public static void True(bool condition, string message = "true was expected")
    {
        if (!condition)
        {
            Fail(message);
        }
    }

    public static void Equal<T>(T expected, T actual) =>
        True(EqualityComparer<T>.Default.Equals(expected, actual), string.Create(CultureInfo.InvariantCulture, $"expected {expected}, got {actual}"));

    /// <summary>Lists of any kind.</summary>
    public static void Equal<T>(IEnumerable<T> expected, IEnumerable<T> actual) =>
        True(expected.SequenceEqual(actual), $"expected [{string.Join(", ", expected)}], got [{string.Join(", ", actual)}]");

    /// <inheritdoc cref="Equal{T}(IEnumerable{T}, IEnumerable{T})"/>
    public static void Equal<T>(IReadOnlyList<T> expected, IReadOnlyList<T> actual) => Equal((IEnumerable<T>)expected, actual);

    /// <inheritdoc cref="Equal{T}(IEnumerable{T}, IEnumerable{T})"/>
    public static void Equal<T>(T[] expected, T[] actual) => Equal((IEnumerable<T>)expected, actual);

    public static void Equal(double expected, double actual, double tolerance) => InRange(actual, expected - tolerance, expected + tolerance);

    public static void InRange<T>(T actual, T low, T high)
        where T : IComparable<T> =>
        True(actual.CompareTo(low) >= 0 && actual.CompareTo(high) <= 0, string.Create(CultureInfo.InvariantCulture, $"{actual} is not in [{low}, {high}]"));

    public static void All<T>(IEnumerable<T> items, Action<T> check)
    {
        foreach (T item in items)
        {
            check(item);
        }
    }

    public static void Throws<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
        }
        catch (T e) when (e.GetType() == typeof(T))
        {
            return;
        }

        Fail("no " + typeof(T).Name + " was thrown");
    }

    public static void SkipWhen(bool condition, string reason)
    {
        if (condition)
        {
            throw new SkippedException(reason);
        }
    }
}
