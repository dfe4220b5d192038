// The fuzzer's command. Everything that it does is in the files beside it.
using SeqGen.Generator.Tests.Fuzz;

return FuzzCommand.Run(args);
