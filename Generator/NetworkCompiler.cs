namespace SeqGen.Generator;
internal static class NetworkCompiler { }
