// TensorBoard's event files as they lie on disk: records with masked sums (TFRecord), in each a message of event.proto and summary.proto, written by hand since few of their fields are used.
// Knows bytes; refuses to know trainings.
// https://www.tensorflow.org/tutorials/load_data/tfrecord (format of a record); tensorboard/compat/proto/{event,summary}.proto (numbers of fields).
using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace SeqGen.Reports;

internal static class EventRecord
{
    /// <summary>Event.file_version, without which nothing is read.</summary>
    public static byte[] Version(double seconds) => Event(seconds, 0, 3, "brain.Event:2"u8);

    /// <summary>Event.session_log with SessionLog.status = START: what other files of the folder have from this step on is forgotten.</summary>
    public static byte[] Start(double seconds, long step) => Event(seconds, step, 7, [8, 1]);

    /// <summary>Event.summary with values of Summary.Value.tag and simple_value.</summary>
    public static byte[] Scalars(double seconds, long step, IEnumerable<(string Tag, float Value)> values)
    {
        ArrayBufferWriter<byte> summary = new(), value = new();
        foreach ((string tag, float number) in values)
        {
            value.Clear();
            Bytes(value, 1, Encoding.UTF8.GetBytes(tag));
            Tag(value, 2, wire: 5);
            BinaryPrimitives.WriteSingleLittleEndian(value.GetSpan(4), number);
            value.Advance(4);
            Bytes(summary, 1, value.WrittenSpan);
        }

        return Event(seconds, step, 5, summary.WrittenSpan);
    }

    /// <summary>A record: length, its sum, the bytes, their sum.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[12], tail = stackalloc byte[4];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], Masked(head[..8]));
        BinaryPrimitives.WriteUInt32LittleEndian(tail, Masked(bytes));
        stream.Write(head);
        stream.Write(bytes);
        stream.Write(tail);
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        Checksum sum = default;
        sum.Append(bytes);
        return ((sum.Value >> 15) | (sum.Value << 17)) + 0xa282ead8;
    }

    private static byte[] Event(double seconds, long step, int field, ReadOnlySpan<byte> content)
    {
        ArrayBufferWriter<byte> message = new();
        Tag(message, 1, wire: 1);
        BinaryPrimitives.WriteDoubleLittleEndian(message.GetSpan(8), seconds);
        message.Advance(8);
        if (step != 0)
        {
            Tag(message, 2, wire: 0);
            Number(message, (ulong)step);
        }

        Bytes(message, field, content);
        return message.WrittenSpan.ToArray();
    }

    private static void Bytes(ArrayBufferWriter<byte> to, int field, ReadOnlySpan<byte> bytes)
    {
        Tag(to, field, wire: 2);
        Number(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void Tag(ArrayBufferWriter<byte> to, int field, int wire) => Number(to, (ulong)((field << 3) | wire));

    /// <summary>A varint.</summary>
    private static void Number(ArrayBufferWriter<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.Write([(byte)(value | 0x80)]);
        }

        to.Write([(byte)value]);
    }
}
