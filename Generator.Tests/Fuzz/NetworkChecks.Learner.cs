// Learning while a stream runs: a loop by hand, a learner that was broken off, and the bytes that were known beforehand.
// Knows windows and settings; refuses to know layers.
using System;
using System.IO;
using System.Linq;
using SeqGen.Generator.Tests.Generated;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    private void Learner()
    {
        if (!LearningSeries.CanLearn(_plan))
        {
            return;
        }

        float[] parameters = _network.Parameters.Values.ToArray();
        Try("learner", () =>
        {
            Func<Optimizer> optimizer = _draws.Pick<Func<Optimizer>>(() => new Sgd(0.01f, momentum: 0.9f), () => new Adam(), () => new RmsProp(centered: true), () => new Adagrad());
            int window = _draws.Between(1, _plan.Axes[0].IsLimit ? _plan.Axes[0].Max : _plan.Timesteps + 2), horizon = _draws.Chance(0.5) ? 0 : _draws.Between(1, 6);
            OnlineLearnerOptions options = new()
            {
                Window = window,
                Horizon = horizon,
                Seed = (ulong)_draws.Between(0, 5),
                GradientClipping = _draws.Pick(GradientClipping.None, GradientClipping.ByNorm(0.5f), GradientClipping.ByValue(0.1f)),
            };
            int steps = Math.Min(400, (_draws.Between(2, 4) * window) + horizon + _draws.Between(0, 3));
            LearningSeries series = new(_network, steps, _case.Seed + window, _draws.Pick(0, 0.3, 0.8));
            string what = $"{optimizer()}, window {window}, horizon {horizon}, {steps} steps";

            Judgement.Restore(_network, parameters);
            int updates = series.ByHand(_network, optimizer(), options);
            float[] byHand = _network.Parameters.Values.ToArray();
            Judgement.Restore(_network, parameters);
            OnlineLearner learner = new(Streaming.Create(_network), optimizer(), options);
            long counted = MemoryWalk.BytesOf(learner);
            if (learner.Bytes != counted)
            {
                throw new MismatchException($"a learner has {counted} bytes, {learner.Bytes} were known beforehand, {what}");
            }

            float[] outputs = series.Run(learner, 0, steps), learned = _network.Parameters.Values.ToArray();
            _counts.Passes++;
            if (updates >= 0)
            {
                Same(byHand, learned, $"parameters of a learner, {what}: ");
            }

            Same(outputs, InTwo(series, optimizer, options, parameters), $"outputs of a learner in two, {what}: ");
            Same(learned, _network.Parameters.Values, $"parameters of a learner in two, {what}: ");
        });
        Judgement.Restore(_network, parameters);
    }

    /// <summary>A learner that is broken off after a step, before or after its truth; gives all outputs.</summary>
    private float[] InTwo(LearningSeries series, Func<Optimizer> optimizer, OnlineLearnerOptions options, float[] parameters)
    {
        int cut = _draws.Between(0, series.Steps);
        bool onlyStep = cut > 0 && _draws.Chance(0.5);
        string path = Path.Combine(Path.GetTempPath(), $"seqgen-fuzz-{Guid.NewGuid():N}.safetensors");
        Judgement.Restore(_network, parameters);
        try
        {
            OnlineLearner first = new(Streaming.Create(_network), optimizer(), options);
            float[] begun = series.Run(first, 0, cut, onlyStep);
            first.Save(path);
            Judgement.Restore(_network, parameters);
            OnlineLearner second = new(Streaming.Create(_network), optimizer(), options);
            second.Load(path);
            if (onlyStep)
            {
                series.Observe(second, cut - 1);
            }

            return [.. begun, .. series.Run(second, cut, series.Steps)];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
