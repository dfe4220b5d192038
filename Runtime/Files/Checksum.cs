// A sum that tells a damaged file from a whole one, and other data from the same. Knows bytes; refuses to know what they mean.
// CRC-32C (Castagnoli, Braeuer, Herrmann: Optimization of cyclic redundancy-check codes with 24 and 32 parity bits, 1993), as iSCSI has it.
using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SeqGen;

/// <summary>The default is the sum of nothing.</summary>
internal struct Checksum
{
    // The register is kept inverted, so that it begins as the zeros of a default.
    private uint _inverted;

    public readonly uint Value => _inverted;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint register = ~_inverted;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes)
        {
            register = BitOperations.Crc32C(register, b);
        }

        _inverted = ~register;
    }

    /// <summary>Adds numbers as they lie in a file.</summary>
    public void Append(ReadOnlySpan<float> values)
    {
        foreach (float value in BitConverter.IsLittleEndian ? [] : values)
        {
            Append(BitConverter.SingleToInt32Bits(value));
        }

        Append(BitConverter.IsLittleEndian ? MemoryMarshal.AsBytes(values) : []);
    }

    /// <summary>Adds numbers as they lie in a file.</summary>
    public void Append(ReadOnlySpan<int> values)
    {
        foreach (int value in BitConverter.IsLittleEndian ? [] : values)
        {
            Append(value);
        }

        Append(BitConverter.IsLittleEndian ? MemoryMarshal.AsBytes(values) : []);
    }

    public void Append(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Append(bytes);
    }

    /// <summary>Eight hexadecimal digits.</summary>
    public override readonly string ToString() => Value.ToString("x8", CultureInfo.InvariantCulture);
}
