// How many bytes of numbers objects hold: a walk over everything that can be reached from them.
// Knows fields and arrays; refuses to know what is counted beforehand.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Generated;

internal static class MemoryWalk
{
    /// <summary>Bytes of all arrays of floats, doubles and ints, and of aligned buffers with what aligns them. Descriptions, which are one a network's class, are not entered.</summary>
    public static long BytesOf(params object[] roots)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>(roots);
        long bytes = 0;
        while (open.TryPop(out object? one))
        {
            if (!seen.Add(one) || IsDescription(one.GetType()))
            {
                continue;
            }

            bytes += one switch
            {
                AlignedBuffer buffer => sizeof(float) * (buffer.Length + 16L),
                float[] values => sizeof(float) * (long)values.Length,
                int[] values => sizeof(int) * (long)values.Length,
                double[] values => sizeof(double) * (long)values.Length,
                _ => 0,
            };
            foreach (object inner in one is AlignedBuffer ? [] : one is Array array ? Elements(array) : Fields(one))
            {
                open.Push(inner);
            }
        }

        return bytes;
    }

    private static bool IsDescription(Type type) =>
        type.IsPrimitive || type.IsPointer || type == typeof(string) || type == typeof(Pointer) || typeof(Delegate).IsAssignableFrom(type) || typeof(Type).IsAssignableFrom(type)
        || (type.Assembly != typeof(NetworkCore).Assembly && !type.IsArray && !typeof(RecurrentStream).IsAssignableFrom(type) && !typeof(INetwork).IsAssignableFrom(type)
            && !typeof(Optimizer).IsAssignableFrom(type))
        || (type.Namespace == typeof(NetworkPlan).Namespace && type != typeof(NetworkCore) && type != typeof(AlignedBuffer) && type != typeof(FrameShape) && type != typeof(BatchStatistics) && type != typeof(NormStatistics) && !type.IsArray);

    private static IEnumerable<object> Elements(Array array) => array.GetType().GetElementType()!.IsPrimitive ? [] : array.Cast<object?>().OfType<object>();

    private static IEnumerable<object> Fields(object one)
    {
        for (Type? type = one.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPointer && !field.FieldType.IsPrimitive && field.GetValue(one) is { } value)
                {
                    yield return value;
                }
            }
        }
    }
}
