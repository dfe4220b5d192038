// Truncated back-propagation through time of the golden cases: the sequence in chunks, states handed on as constants.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using SeqGen.Generator.Graph;
using SeqGen.Generator.Ops;
using SeqGen.Generator.Tests.Goldens;
using SeqGen.Generator.Tests.Graphs;

namespace SeqGen.Generator.Tests.Interpreter;

internal sealed class TruncatedRun
{
    private readonly GoldenCase _golden;
    private readonly NetworkGraph _graph;
    private readonly JsonElement _plan;
    private readonly int _chunk;
    private readonly string _where;

    private TruncatedRun(GoldenCase golden, NetworkGraph graph, string where)
    {
        _golden = golden;
        _graph = graph;
        _where = where;
        _plan = golden.Json.GetProperty("tbptt");
        _chunk = _plan.GetProperty("chunk").GetInt32();
    }

    public static bool IsOne(GoldenCase golden) => golden.Json.GetProperty("tbptt").ValueKind == JsonValueKind.Object;

    public static void Check(GoldenCase golden, NetworkGraph graph, string where)
    {
        var run = new TruncatedRun(golden, graph, where);
        run.CheckFixedParameters();
        run.CheckDescent();
    }

    private void CheckFixedParameters()
    {
        var sums = new Dictionary<string, double[]>();
        double loss = 0;
        double[] output = Chunks((chunk, run, results) =>
        {
            string where = $"{_where} chunk {chunk + 1}";
            loss += results["loss"].Data[0];
            Comparison.Equal(_plan.GetProperty("chunk_losses")[chunk].GetDouble(), results["loss"].Data[0], where);
            CheckStates(_plan.GetProperty("chunk_final_states")[chunk], results, where);
            foreach (string name in run.Parameters.Keys.Concat(chunk == 0 ? run.Ports.Keys.Where(p => p.StartsWith("init.", StringComparison.Ordinal)) : []))
            {
                sums[name] = sums.TryGetValue(name, out double[]? sum) ? Plus(sum, results["grad." + name].Data) : results["grad." + name].Data;
            }

            if (_graph.Results.ContainsKey("grad.input"))
            {
                Comparison.Equal(Cut(_golden["grad.input"], chunk), results["grad.input"].Data, where);
            }
        });

        Comparison.Equal(_golden.Json.GetProperty("loss").GetProperty("value").GetDouble(), loss, _where + " sum of losses");
        Comparison.Equal(_golden["output"], output, _where);
        foreach (string name in _golden.TensorNames.Where(n => n.StartsWith("grad.", StringComparison.Ordinal) && n != "grad.input"))
        {
            Comparison.Equal(_golden[name], sums[name["grad.".Length..]], _where);
        }
    }

    private void CheckDescent()
    {
        JsonElement descent = _plan.GetProperty("sgd");
        double rate = descent.GetProperty("lr").GetDouble();
        Dictionary<string, double[]>? parameters = null;
        double[] output = Chunks(
            (chunk, run, results) =>
            {
                string where = $"{_where} descent chunk {chunk + 1}";
                Comparison.Equal(descent.GetProperty("losses")[chunk].GetDouble(), results["loss"].Data[0], where);
                parameters = run.Parameters.ToDictionary(p => p.Key, p => Plus(p.Value, results["grad." + p.Key].Data.Select(g => -rate * g).ToArray()));
                foreach (JsonProperty tensor in descent.GetProperty("params_after_chunk")[chunk].EnumerateObject())
                {
                    Comparison.Equal(_golden[tensor.Value.GetString()!], parameters[tensor.Name], where);
                }

                if ((chunk + 1) * _chunk >= _golden.Timesteps)
                {
                    CheckStates(descent.GetProperty("final_state"), results, where);
                }
            },
            run =>
            {
                foreach (KeyValuePair<string, double[]> pair in parameters ?? [])
                {
                    run.Parameters[pair.Key] = pair.Value;
                }
            });
        Comparison.Equal(_golden[descent.GetProperty("output").GetString()!], output, _where + " descent");
    }

    /// <summary>Runs chunk after chunk, every one from the final states of the one before, and gives the whole output.</summary>
    private double[] Chunks(Action<int, Run, GraphInterpreter> check, Action<Run>? prepare = null)
    {
        GraphInterpreter? before = null;
        int size = _golden["output"].Shape[^1];
        var output = new double[_golden.Batch * _golden.Timesteps * size];
        for (int from = 0; from < _golden.Timesteps; from += _chunk)
        {
            int count = Math.Min(_chunk, _golden.Timesteps - from);
            Run run = GoldenRun.Chunk(_golden, _graph, from, count);
            prepare?.Invoke(run);
            if (before is not null)
            {
                foreach (string port in run.Ports.Keys.Where(p => p.StartsWith("init.", StringComparison.Ordinal)).ToList())
                {
                    run.Ports[port] = before["final." + port["init.".Length..]].Data;
                }
            }

            before = GraphInterpreter.Execute(_graph, run);
            check(from / _chunk, run, before);
            for (int row = 0; row < _golden.Batch; row++)
            {
                Array.Copy(before["output"].Data, row * count * size, output, ((row * _golden.Timesteps) + from) * size, count * size);
            }
        }

        return output;
    }

    private void CheckStates(JsonElement states, GraphInterpreter results, string where)
    {
        foreach (JsonProperty state in states.EnumerateObject())
        {
            Comparison.Equal(_golden[state.Value.GetString()!], results["final." + state.Name].Data, where);
        }
    }

    private GoldenTensor Cut(GoldenTensor whole, int chunk)
    {
        int from = chunk * _chunk, count = Math.Min(_chunk, _golden.Timesteps - from);
        double[] cut = GoldenRun.Steps(whole.ToDoubles(), _golden.Batch, _golden.Timesteps, from, count);
        return new GoldenTensor(whole.Name, [_golden.Batch, count, whole.Shape[2]], Array.ConvertAll(cut, v => (float)v));
    }

    private static double[] Plus(double[] a, double[] b) => a.Zip(b, (x, y) => x + y).ToArray();
}
