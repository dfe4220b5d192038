// Statements that use a network as a program would. Knows the members that every network has; knows no declaration.
namespace SeqGen.Generator.Tests.Harness;

internal static class NetworkUse
{
    /// <summary>Uses of every member that users call, of a network <c>net</c> of the class <c>Net</c>, with arrays <c>x</c> and <c>y</c>.</summary>
    public const string OfEveryMember = """
        net.Initialize(1);
        net.Save("x");
        net.Load("x");
        net.Load(new byte[8]);
        var workspace = net.CreateWorkspace(maxBatch: 4, maxSteps: Net.Timesteps, training: false);
        net.Predict(x, y, workspace);
        net.Predict(x, y, workspace, lengths: [1, 2]);
        Net.StepStream stream = net.CreateStream();
        stream.Step(x, y);
        StreamBatch streams = net.CreateStreams(count: 3);
        ParameterSet parameters = net.Parameters;
        NetworkInfo info = Net.Info;
        long bytes = Net.LearningBytes;
        float[] state = new float[Net.StateSize + Net.ParameterCount / Net.InputSize + Net.OutputSize];
        """;
}
