// Focal loss (Lin et al. 2017, equation 4) on logits of classes: what is classified well counts less, by (1 - p) to the power of gamma. With Gamma = 0 it is the softmax cross entropy.
// The logarithm of a softmax is taken after its largest logit is subtracted, so that no p is 0.
using SeqGen;

namespace Cells;

public sealed class FocalAttribute : CustomLossAttribute
{
    public double Gamma { get; set; } = 2;

    public Scalar Loss(Vec y, [Target(TargetKind.Classes)] Vec target)
    {
        Vec shifted = y - Max(y);
        Scalar logP = Dot(shifted, target) - Log(Sum(Exp(shifted)));
        return Gamma == 0 ? -logP : -Pow(Max(1 - Exp(logP), 1e-12), Gamma) * logP;
    }
}
