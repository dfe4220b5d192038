#!/usr/bin/env python3
"""Reads an event file with protobuf's own code and a CRC-32C from its definition, and prints it: golden.tfevents gives golden.txt.

    protoc --python_out=. event.proto && python3 check.py golden.tfevents | diff - golden.txt      (Debian: protobuf-compiler, python3-protobuf)
"""
import struct
import sys

import event_pb2


def crc32c(data):
    """Bit by bit: the reflected polynomial 0x1EDC6F41, as in RFC 3720, B.4."""
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283
data = open(sys.argv[1], "rb").read()
at = 0
while at < len(data):
    head, (length, crc) = data[at:at + 8], struct.unpack_from("<QI", data, at)
    assert crc == masked(head), "sum of the length"
    body = data[at + 12:at + 12 + length]
    assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(body), "sum of the record"
    event = event_pb2.Event.FromString(body)
    assert event.SerializeToString() == body, "written as protobuf writes it"
    kind = event.WhichOneof("what")
    what = (event.file_version if kind == "file_version" else event_pb2.SessionLog.SessionStatus.Name(event.session_log.status) if kind == "session_log"
            else ", ".join("%s %.9g" % (v.tag, v.simple_value) for v in event.summary.value))
    print("%.3f step %d %s: %s" % (event.wall_time, event.step, kind, what))
    at += 16 + length
