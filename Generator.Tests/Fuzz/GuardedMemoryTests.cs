// That guards see what they are for.
using System;
using SeqGen.Kernels.V1;
using Xunit;

namespace SeqGen.Generator.Tests.Fuzz;

public class GuardedMemoryTests
{
    [Theory]
    [InlineData(17)]
    [InlineData(-1)]
    public void A_float_beside_a_buffer_is_found_and_none_in_it(int at)
    {
        // Three before it, so that it is the fourth, which has its room behind: the others have it before.
        using var memory = new GuardedMemory(protects: false);
        for (int i = 0; i < (at < 0 ? 0 : 3); i++)
        {
            _ = new AlignedBuffer(1);
        }

        var buffer = new AlignedBuffer(17);
        Assert.Equal(new float[17], buffer.Span.ToArray());
        buffer.Span.Fill(3);
        memory.Verify();
        System.Runtime.CompilerServices.Unsafe.Add(ref buffer.Origin, at) = 3;
        Assert.Contains(at < 0 ? "before a buffer of 17" : "behind a buffer of 17", Assert.Throws<InvalidOperationException>(memory.Verify).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Buffers_of_a_thread_without_guards_are_as_always()
    {
        using (new GuardedMemory(protects: true))
        {
            _ = new AlignedBuffer(5000);
        }

        Assert.Null(AlignedBuffer.Allocator);
        Assert.Equal(new float[40], new AlignedBuffer(40).Span.ToArray());
    }
}
