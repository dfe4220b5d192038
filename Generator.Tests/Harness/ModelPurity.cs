// Walks the object graph of what the pipeline keeps, and fails on anything that holds a compilation in memory or defeats caching.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Xunit;

namespace SeqGen.Generator.Tests.Harness;

/// <summary>The check that models are plain values.</summary>
internal static class ModelPurity
{
    private static readonly Type[] Forbidden =
    [
        typeof(ISymbol), typeof(SyntaxNode), typeof(SyntaxTree), typeof(SyntaxReference), typeof(Compilation), typeof(SemanticModel),
        typeof(Location), typeof(AttributeData), typeof(TypedConstant), typeof(IOperation), typeof(Delegate),
    ];

    /// <summary>Fails if anything reachable from the outputs of the pipeline's steps is of a forbidden type.</summary>
    public static void Check(GeneratorRunResult result)
    {
        foreach (var (step, runs) in result.TrackedSteps.Where(s => s.Key.StartsWith("SeqGen.", StringComparison.Ordinal)))
        {
            var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
            foreach (object value in runs.SelectMany(r => r.Outputs).Select(o => o.Value))
            {
                Walk(value, step, seen);
            }
        }
    }

    /// <summary>Fails if anything reachable from the value is of a forbidden type.</summary>
    public static void Walk(object? value, string path, HashSet<object> seen)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum || value is decimal || value is Type)
        {
            return;
        }

        Type? forbidden = Array.Find(Forbidden, f => f.IsInstanceOfType(value));
        Assert.True(forbidden is null, $"{path} holds a {forbidden?.Name}");
        if (!value.GetType().IsValueType && !seen.Add(value))
        {
            return;
        }

        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Walk(item, path + "[]", seen);
            }
        }

        for (Type? type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                Walk(field.GetValue(value), path + "." + field.Name, seen);
            }
        }
    }
}
