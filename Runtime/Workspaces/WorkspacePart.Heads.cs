// Losses of one part: the weights and targets of its rows, its share of every head's loss, and the gradients that the way back starts from.
// Knows time-major rows; refuses to know formulas (Losses) and the way back.
using System;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    private protected sealed partial class Part
    {
        /// <summary>This part's share of a head's loss, without the declared weight: shares add up to the mean over all counted positions.</summary>
        public double LossShare(Head head) => _heads[head.Index].Share;

        /// <summary>Makes room for weights of a head's elements.</summary>
        public void AllowElements(Head head) => _heads[head.Index].Elements = new AlignedBuffer(_heads[head.Index].TargetRows.Length);

        /// <summary>Works out the shares of the losses, and in training the gradients of the whole batch's loss that the way back starts from.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Loss()
        {
            foreach (PartHead mine in _heads)
            {
                mine.Share = 0;
                if (Rows == 0 || mine.Head.Kind == LossKind.None)
                {
                    continue;
                }

                if (mine.Head.Kind == LossKind.Ctc)
                {
                    Temporal(mine);
                    continue;
                }

                StageWeights(mine);
                StageTarget(mine);
                if (mine.Program is not null)
                {
                    Declared(mine);
                }
                else if (mine.Custom is not null)
                {
                    Custom(mine);
                }
                else
                {
                    Loss(mine);
                }
            }
        }

        /// <summary>Adds this part's positions that count to sums of metrics.</summary>
        public void AddTo(IPositionSums sums, Head head)
        {
            PartHead mine = _heads[head.Index];
            if (head.Kind == LossKind.Ctc)
            {
                return;
            }

            // Scores of classes and of a yes as the loss reads them; forecasts in the target's unit.
            Place place = head.Kind is LossKind.SoftmaxCrossEntropy or LossKind.BinaryCrossEntropy ? LossInput(head) : _area.Outputs[head.Index].Output;
            int size = head.Plan.Size, steps = StepsOf(head.Plan.Axis);
            ref float y = ref At(place);
            for (int t = 0, r = 0; t < steps; t++)
            {
                for (int b = 0; b < Rows; b++, r++)
                {
                    if (mine.Weights[r] == 0)
                    {
                        continue;
                    }

                    int user = _owner.UserRow(head.Plan.Axis, First + b, t);
                    sums.Add(
                        head.Index,
                        Row(ref y, place, r, size),
                        mine.ClassRows.Length > 0 ? mine.ClassRows[r] : -1,
                        head.Target.Length > 0 ? head.Target.AsSpan(user * head.Plan.TargetSize, head.Plan.TargetSize) : default,
                        head.HasMask ? head.Mask[user] : 1,
                        head.HasElements ? ElementsOf(head, user) : default);
                }
            }
        }

        private Place LossInput(Head head) => _area.Outputs[head.Index].LossInput ?? _area.Outputs[head.Index].Output;

        private void Loss(PartHead mine)
        {
            Head head = mine.Head;
            LossPlan loss = head.Plan.Loss!;
            Place read = LossInput(head);
            ref float y = ref At(read);
            ref float target = ref mine.TargetRows.Origin;
            int rows = Rows * StepsOf(head.Plan.Axis), size = head.Plan.Size;
            ReadOnlySpan<float> weights = head.HasElements ? mine.Elements!.Span[..(rows * mine.TargetRow)] : mine.Weights.AsSpan(0, rows);
            double value = loss.Kind switch
            {
                LossKind.MeanSquaredError => Losses.MeanSquaredError(ref y, read.Row, ref target, mine.TargetRow, weights, rows, size),
                LossKind.MeanAbsoluteError => Losses.MeanAbsoluteError(ref y, read.Row, ref target, mine.TargetRow, weights, rows, size),
                LossKind.Huber => Losses.Huber(ref y, read.Row, ref target, mine.TargetRow, weights, rows, size, loss.Option),
                LossKind.BinaryCrossEntropy => Losses.BinaryCrossEntropy(ref y, read.Row, ref target, mine.TargetRow, weights, rows, size, loss.Option),
                LossKind.PoissonLikelihood => Losses.PoissonLikelihood(ref y, read.Row, ref target, mine.TargetRow, weights, rows, size),
                LossKind.Quantile => TargetLosses.Quantile(ref y, read.Row, ref target, mine.TargetRow, weights, loss.Quantiles, rows, head.Plan.TargetSize),
                LossKind.GaussianLikelihood => TargetLosses.Gaussian(ref y, read.Row, ref target, mine.TargetRow, weights, rows, head.Plan.TargetSize),
                LossKind.SoftmaxCrossEntropy => Losses.SoftmaxCrossEntropy(ref y, read.Row, mine.ClassRows, weights, rows, size, loss.Option),
                _ => throw new NotSupportedException($"{_plan.Name} has the unknown loss {loss.Kind}. Use one version of SeqGen and rebuild."),
            };

            // The kernels' means are over this part; the loss is one of the batch.
            double share = head.WeightSum == 0 ? 0 : mine.WeightSum / _owner.DivisorOf(head);
            mine.Share = value * share;
            if (_owner._training)
            {
                WriteSeed(mine, weights, rows, (float)(loss.Weight * share));
            }
        }

        /// <summary>The loss on labels, whose mean is one over sequences.</summary>
        private void Temporal(PartHead mine)
        {
            Head head = mine.Head;
            LossPlan loss = head.Plan.Loss!;
            int steps = StepsOf(head.Plan.Axis), blank = (int)loss.Option, longest = head.LongestLabels;
            for (int b = 0; b < Rows; b++)
            {
                int length = LengthOf(head.Plan.Axis, b);
                mine.LossLengths[b] = head.HasLossLengths ? Math.Min(length, head.LossLengths[First + b]) : length;
            }

            Place read = LossInput(head);
            ref float y = ref At(read);
            ReadOnlySpan<int> lengths = mine.LossLengths.AsSpan(0, Rows), labels = head.Labels.AsSpan(First * longest, Rows * longest);
            ReadOnlySpan<int> labelLengths = head.LabelLengths.AsSpan(First, Rows);

            // The kernel's mean is over this part; the loss is one of the batch.
            ReadOnlySpan<float> weights = head.HasMask ? head.Mask.AsSpan(First, Rows) : default;
            double own = head.HasMask ? 0 : Rows;
            foreach (float weight in weights)
            {
                own += weight;
            }

            double share = head.WeightSum == 0 ? 0 : own / head.WeightSum;
            if (!_owner._training)
            {
                mine.Share = share * ConnectionistTemporal.Loss(
                    ref y, read.Row, steps, Rows, head.Plan.Size, blank, lengths, labels, longest, labelLengths, mine.Scratch, weights, loss.ZeroInfinity);
                return;
            }

            Place write = _area.Outputs[head.Index].Seed!.Value;
            mine.Share = share * ConnectionistTemporal.LossAndGradient(
                ref y, read.Row, steps, Rows, head.Plan.Size, blank, lengths, labels, longest, labelLengths, (float)(loss.Weight * share), ref At(write), write.Row, mine.Scratch, weights, loss.ZeroInfinity);
        }

        private void WriteSeed(PartHead mine, ReadOnlySpan<float> weights, int rows, float scale)
        {
            Head head = mine.Head;
            LossPlan loss = head.Plan.Loss!;
            Place read = LossInput(head), write = _area.Outputs[head.Index].Seed!.Value;
            ref float y = ref At(read);
            ref float seed = ref At(write);
            ref float target = ref mine.TargetRows.Origin;
            int size = head.Plan.Size;
            switch (loss.Kind)
            {
                case LossKind.MeanSquaredError:
                    Losses.MeanSquaredErrorGradient(ref y, read.Row, ref target, mine.TargetRow, weights, rows, size, scale, ref seed, write.Row);
                    break;
                case LossKind.MeanAbsoluteError:
                    Losses.MeanAbsoluteErrorGradient(ref y, read.Row, ref target, mine.TargetRow, weights, rows, size, scale, ref seed, write.Row);
                    break;
                case LossKind.Huber:
                    Losses.HuberGradient(ref y, read.Row, ref target, mine.TargetRow, weights, rows, size, loss.Option, scale, ref seed, write.Row);
                    break;
                case LossKind.BinaryCrossEntropy:
                    Losses.BinaryCrossEntropyGradient(ref y, read.Row, ref target, mine.TargetRow, weights, rows, size, scale, ref seed, write.Row, loss.Option);
                    break;
                case LossKind.PoissonLikelihood:
                    Losses.PoissonLikelihoodGradient(ref y, read.Row, ref target, mine.TargetRow, weights, rows, size, scale, ref seed, write.Row);
                    break;
                case LossKind.Quantile:
                    TargetLosses.QuantileGradient(ref y, read.Row, ref target, mine.TargetRow, weights, loss.Quantiles, rows, head.Plan.TargetSize, scale, ref seed, write.Row);
                    break;
                case LossKind.GaussianLikelihood:
                    TargetLosses.GaussianGradient(ref y, read.Row, ref target, mine.TargetRow, weights, rows, head.Plan.TargetSize, scale, ref seed, write.Row);
                    break;
                default:
                    Losses.SoftmaxCrossEntropyGradient(ref y, read.Row, mine.ClassRows, weights, rows, size, scale, ref seed, write.Row, loss.Option);
                    break;
            }
        }

        /// <summary>Works out the weight of every output row, or of its values, time-major, and their sum.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageWeights(PartHead mine)
        {
            double sum = 0;
            int steps = StepsOf(mine.Head.Plan.Axis);
            for (int b = 0; b < Rows; b++)
            {
                for (int t = 0; t < steps; t++)
                {
                    double weight = _owner.WeightOf(mine.Head, First + b, t);
                    int row = (t * Rows) + b;
                    mine.Weights[row] = (float)weight;
                    sum += weight;
                    if (mine.Head.HasElements)
                    {
                        Span<float> elements = mine.Elements!.Span.Slice(row * mine.TargetRow, mine.Head.MaskSize);
                        if (weight == 0)
                        {
                            elements.Clear();
                        }
                        else
                        {
                            ElementsOf(mine.Head, _owner.UserRow(mine.Head.Plan.Axis, First + b, t)).CopyTo(elements);
                        }
                    }
                }
            }

            mine.WeightSum = sum;
        }

        /// <summary>Copies targets into time-major rows; rows that do not count are zero.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageTarget(PartHead mine)
        {
            Head head = mine.Head;
            int size = head.Classes.Length > 0 ? head.Plan.Size : head.Plan.TargetSize, axis = head.Plan.Axis, steps = StepsOf(axis);
            for (int b = 0; b < Rows; b++)
            {
                for (int t = 0; t < steps; t++)
                {
                    int row = (t * Rows) + b;
                    int user = _owner.UserRow(axis, First + b, t);
                    bool counted = mine.Weights[row] != 0;
                    if (head.Classes.Length > 0)
                    {
                        int target = counted ? head.Classes[user] : 0;
                        if ((uint)target >= (uint)size)
                        {
                            string where = axis >= 0 ? $"sequence {First + b}, step {t}" : $"sequence {First + b}";
                            throw new InvalidOperationException(
                                $"Target class {target} at {where}: {_plan.Name} has classes 0 to {size - 1}{_owner.On(head)}. Number classes from 0, or mask the position.");
                        }

                        mine.ClassRows[row] = target;
                    }
                    else if (counted)
                    {
                        Span<float> target = mine.TargetRows.Span.Slice(row * mine.TargetRow, size);
                        head.Target.AsSpan(user * size, size).CopyTo(target);
                        head.Moments?.Normalize(target);
                        if (head.HasElements)
                        {
                            ClearUncounted(target, ElementsOf(head, user));
                        }

                        if (TargetRange.IsLimited(head.Kind))
                        {
                            CheckRange(head, target, b, t);
                        }
                    }
                    else
                    {
                        mine.TargetRows.Span.Slice(row * mine.TargetRow, size).Clear();
                    }
                }
            }
        }

        private static void ClearUncounted(Span<float> target, ReadOnlySpan<float> weights)
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = weights[i] == 0 ? 0 : target[i];
            }
        }

        /// <summary>Refuses what the loss cannot be of. NaN passes, and is seen in the loss.</summary>
        private void CheckRange(Head head, ReadOnlySpan<float> target, int b, int t)
        {
            foreach (float value in target)
            {
                if (!float.IsNaN(value) && !TargetRange.Has(head.Kind, value))
                {
                    string where = head.Plan.Axis >= 0 ? $"sequence {First + b}, step {t}" : $"sequence {First + b}";
                    throw new InvalidOperationException(
                        $"Target {value} at {where}: {TargetRange.Loss(head.Kind)} of {_plan.Name}{_owner.On(head)} takes {TargetRange.Values(head.Kind)}. Scale the targets, or mask the position.");
                }
            }
        }

        /// <summary>Copies the user's gradient of an output into the program's rows; zero beyond lengths.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StageOutputGradient(Head head)
        {
            Place place = _area.Outputs[head.Index].Seed!.Value;
            ref float rows = ref At(place);
            int size = head.Plan.Size, axis = head.Plan.Axis, steps = StepsOf(axis);
            for (int b = 0; b < Rows; b++)
            {
                int length = LengthOf(axis, b);
                for (int t = 0; t < steps; t++)
                {
                    Span<float> row = Row(ref rows, place, (t * Rows) + b, size);
                    if (t >= length)
                    {
                        row.Clear();
                    }
                    else
                    {
                        head.Gradient.AsSpan(_owner.UserRow(axis, First + b, t) * size, size).CopyTo(row);
                    }
                }
            }
        }

        /// <summary>What a part keeps for one head.</summary>
        private sealed class PartHead
        {
            public readonly Head Head;

            /// <summary>The weight of every row, time-major.</summary>
            public readonly float[] Weights;

            /// <summary>The class of every row; empty where the loss takes none.</summary>
            public readonly int[] ClassRows;

            /// <summary>Targets in rows that kernels read, padded to whole blocks; empty where the loss takes no values.</summary>
            public readonly AlignedBuffer TargetRows;
            public readonly int TargetRow;

            /// <summary>Weights of elements beside them; null until some are given for the first time.</summary>
            public AlignedBuffer? Elements;

            /// <summary>For the loss on labels: steps that count, and its memory.</summary>
            public readonly int[] LossLengths = [];
            public readonly double[] Scratch = [];
            public double WeightSum;
            public double Share;

            /// <summary>Room for a loss that was handed in; null where there is none.</summary>
            public readonly CustomRoom? Custom;

            /// <summary>Room for a declared loss of a user's own; null where there is none.</summary>
            public readonly ProgramRoom? Program;

            public PartHead(Head head, int maxRows, int maxSteps, string network)
            {
                Head = head;
                int rows = WorkspaceSizes.Floats(1, (long)maxRows * maxSteps, network);
                Weights = new float[head.Kind is LossKind.None or LossKind.Ctc ? 0 : rows];
                ClassRows = head.Classes.Length > 0 ? new int[rows] : [];
                if (head.Kind == LossKind.Ctc)
                {
                    LossLengths = new int[maxRows];
                    Scratch = new double[WorkspaceSizes.Floats(1, ConnectionistTemporal.ScratchLength(maxSteps, maxSteps, head.Plan.Size), network)];
                }

                Program = head.Plan.Loss?.Program is not null ? new ProgramRoom(head) : null;
                Custom = Program is null && head.Kind is (LossKind.Custom or LossKind.CustomOfClasses) ? new CustomRoom(head, maxSteps, network) : null;
                TargetRow = (head.Plan.TargetSize + 15) & ~15;
                TargetRows = new AlignedBuffer(head.Target.Length == 0 ? 0 : WorkspaceSizes.Floats(TargetRow, rows, network));
            }
        }
    }
}
