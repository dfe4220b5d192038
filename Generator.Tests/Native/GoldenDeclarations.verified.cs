// The golden cases that can be declared, as networks. Written by NativeDeclarationTests from the cases; changes made here are lost.
using System;
using System.Collections.Generic;
using SeqGen;

namespace Goldens;

internal static class GoldenDeclarations
{
    /// <summary>By the case's name, and whether it is the twin whose output is the logits.</summary>
    public static IReadOnlyDictionary<(string Case, bool Logits), Func<INetwork>> Networks { get; } = new Dictionary<(string Case, bool Logits), Func<INetwork>>
    {
        [("rnn_tanh_i3_h4_t6_b2_init", false)] = () => new Case_rnn_tanh_i3_h4_t6_b2_init(),
        [("rnn_tanh_i5_h12_t9_b3", false)] = () => new Case_rnn_tanh_i5_h12_t9_b3(),
        [("rnn_relu_i4_h6_t6_b2_init", false)] = () => new Case_rnn_relu_i4_h6_t6_b2_init(),
        [("lstm_i3_h4_t6_b2_init", false)] = () => new Case_lstm_i3_h4_t6_b2_init(),
        [("lstm_i16_h32_t12_b4", false)] = () => new Case_lstm_i16_h32_t12_b4(),
        [("lstm_i32_h64_t16_b4", false)] = () => new Case_lstm_i32_h64_t16_b4(),
        [("lstm_nobias_i3_h5_t5_b2", false)] = () => new Case_lstm_nobias_i3_h5_t5_b2(),
        [("gru_i3_h4_t6_b2_init", false)] = () => new Case_gru_i3_h4_t6_b2_init(),
        [("gru_i16_h32_t12_b4", false)] = () => new Case_gru_i16_h32_t12_b4(),
        [("gru_i32_h64_t16_b4", false)] = () => new Case_gru_i32_h64_t16_b4(),
        [("gru_reset_before_i3_h4_t6_b2_init", false)] = () => new Case_gru_reset_before_i3_h4_t6_b2_init(),
        [("gru_reset_before_i6_h16_t8_b3", false)] = () => new Case_gru_reset_before_i6_h16_t8_b3(),
        [("lstm_peephole_i3_h4_t6_b2_init", false)] = () => new Case_lstm_peephole_i3_h4_t6_b2_init(),
        [("lstm_peephole_i6_h16_t8_b3", false)] = () => new Case_lstm_peephole_i6_h16_t8_b3(),
        [("lstm_proj2_i3_h5_t6_b2_init", false)] = () => new Case_lstm_proj2_i3_h5_t6_b2_init(),
        [("lstm_proj8_i6_h20_t8_b3", false)] = () => new Case_lstm_proj8_i6_h20_t8_b3(),
        [("lstm_layernorm_i3_h6_t6_b2_init", false)] = () => new Case_lstm_layernorm_i3_h6_t6_b2_init(),
        [("lstm_layernorm_i6_h16_t8_b3", false)] = () => new Case_lstm_layernorm_i6_h16_t8_b3(),
        [("birnn_i3_h4_t6_b2_init", false)] = () => new Case_birnn_i3_h4_t6_b2_init(),
        [("bilstm_i3_h4_t6_b2_init", false)] = () => new Case_bilstm_i3_h4_t6_b2_init(),
        [("bigru_i3_h4_t6_b2_init", false)] = () => new Case_bigru_i3_h4_t6_b2_init(),
        [("bilstm_i8_h16_t10_b3", false)] = () => new Case_bilstm_i8_h16_t10_b3(),
        [("dense_linear", false)] = () => new Case_dense_linear(),
        [("dense_relu", false)] = () => new Case_dense_relu(),
        [("dense_tanh", false)] = () => new Case_dense_tanh(),
        [("dense_sigmoid", false)] = () => new Case_dense_sigmoid(),
        [("dense_softmax", false)] = () => new Case_dense_softmax(),
        [("dense_softmax", true)] = () => new Case_dense_softmaxLogits(),
        [("embedding", false)] = () => new Case_embedding(),
        [("conv1d_valid_k3_d1", false)] = () => new Case_conv1d_valid_k3_d1(),
        [("conv1d_valid_k3_d2_tanh", false)] = () => new Case_conv1d_valid_k3_d2_tanh(),
        [("conv1d_causal_k2_d3_relu", false)] = () => new Case_conv1d_causal_k2_d3_relu(),
        [("conv1d_causal_k4_d2", false)] = () => new Case_conv1d_causal_k4_d2(),
        [("elman_i4_h6_t7_b2_init", false)] = () => new Case_elman_i4_h6_t7_b2_init(),
        [("elman_tanh_sigmoid_i3_h5_t6_b3", false)] = () => new Case_elman_tanh_sigmoid_i3_h5_t6_b3(),
        [("jordan_i4_h6_t7_b2_init", false)] = () => new Case_jordan_i4_h6_t7_b2_init(),
        [("jordan_tanh_linear_i3_h5_t6_b3", false)] = () => new Case_jordan_tanh_linear_i3_h5_t6_b3(),
        [("elman2_i4_h6_t7_b2_init", false)] = () => new Case_elman2_i4_h6_t7_b2_init(),
        [("elman2_sigmoid_i3_h5_t6_b3", false)] = () => new Case_elman2_sigmoid_i3_h5_t6_b3(),
        [("stack_lstm_gru_dense_last", false)] = () => new Case_stack_lstm_gru_dense_last(),
        [("stack_lstm_lstm_dense_seq", false)] = () => new Case_stack_lstm_lstm_dense_seq(),
        [("stack_gru_x3", false)] = () => new Case_stack_gru_x3(),
        [("stack_rnn_lstm", false)] = () => new Case_stack_rnn_lstm(),
        [("stack_tdnn_lstm_dense", false)] = () => new Case_stack_tdnn_lstm_dense(),
        [("stack_tdnn_valid_lstm_dense_last", false)] = () => new Case_stack_tdnn_valid_lstm_dense_last(),
        [("stack_bilstm_gru_dense", false)] = () => new Case_stack_bilstm_gru_dense(),
        [("stack_bigru_last_dense", false)] = () => new Case_stack_bigru_last_dense(),
        [("stack_embedding_lstm_dense_softmax", false)] = () => new Case_stack_embedding_lstm_dense_softmax(),
        [("stack_embedding_lstm_dense_softmax", true)] = () => new Case_stack_embedding_lstm_dense_softmaxLogits(),
        [("stack_bilstm_x2", false)] = () => new Case_stack_bilstm_x2(),
        [("loss_mse_mask_lstm", false)] = () => new Case_loss_mse_mask_lstm(),
        [("loss_mae_lengths_gru", false)] = () => new Case_loss_mae_lengths_gru(),
        [("loss_huber_mask_rnn", false)] = () => new Case_loss_huber_mask_rnn(),
        [("loss_bce_lengths_lstm", false)] = () => new Case_loss_bce_lengths_lstm(),
        [("loss_bce_mask_gru_reset_before", false)] = () => new Case_loss_bce_mask_gru_reset_before(),
        [("loss_ce_last_lengths_gru", false)] = () => new Case_loss_ce_last_lengths_gru(),
        [("loss_ce_seq_lengths_lstm", false)] = () => new Case_loss_ce_seq_lengths_lstm(),
        [("loss_ce_mask_embedding_gru", false)] = () => new Case_loss_ce_mask_embedding_gru(),
        [("loss_mse_lengths_bilstm", false)] = () => new Case_loss_mse_lengths_bilstm(),
        [("loss_mse_lengths_mask_bigru", false)] = () => new Case_loss_mse_lengths_mask_bigru(),
        [("loss_ce_last_lengths_birnn", false)] = () => new Case_loss_ce_last_lengths_birnn(),
        [("loss_mse_lengths_peephole_layernorm", false)] = () => new Case_loss_mse_lengths_peephole_layernorm(),
        [("loss_ctc_lstm", false)] = () => new Case_loss_ctc_lstm(),
        [("loss_ctc_lengths_bilstm", false)] = () => new Case_loss_ctc_lengths_bilstm(),
        [("loss_ctc_empty_target_gru", false)] = () => new Case_loss_ctc_empty_target_gru(),
        [("tbptt_lstm_t40_c10", false)] = () => new Case_tbptt_lstm_t40_c10(),
        [("tbptt_gru_t40_c10", false)] = () => new Case_tbptt_gru_t40_c10(),
        [("tbptt_embedding_lstm_gru_t40_c10", false)] = () => new Case_tbptt_embedding_lstm_gru_t40_c10(),
        [("seq2seq_tokens", false)] = () => new Case_seq2seq_tokens(),
        [("seq2seq_tokens_luong", false)] = () => new Case_seq2seq_tokens_luong(),
        [("seq2seq_tokens_bahdanau", false)] = () => new Case_seq2seq_tokens_bahdanau(),
        [("seq2seq_real", false)] = () => new Case_seq2seq_real(),
        [("seq2seq_luong_lengths", false)] = () => new Case_seq2seq_luong_lengths(),
        [("seq2seq_bahdanau_lengths", false)] = () => new Case_seq2seq_bahdanau_lengths(),
        [("reg_zaremba", false)] = () => new Case_reg_zaremba(),
        [("reg_recurrent_dropout", false)] = () => new Case_reg_recurrent_dropout(),
        [("reg_zoneout", false)] = () => new Case_reg_zoneout(),
        [("reg_rnndrop", false)] = () => new Case_reg_rnndrop(),
        [("reg_variational", false)] = () => new Case_reg_variational(),
        [("reg_weight_drop", false)] = () => new Case_reg_weight_drop(),
        [("ntm_feedforward", false)] = () => new Case_ntm_feedforward(),
        [("ntm_lstm", false)] = () => new Case_ntm_lstm(),
        [("opt_sgd_lstm", false)] = () => new Case_opt_sgd_lstm(),
        [("opt_momentum_gru", false)] = () => new Case_opt_momentum_gru(),
        [("opt_adam_lstm", false)] = () => new Case_opt_adam_lstm(),
        [("opt_adamw_gru", false)] = () => new Case_opt_adamw_gru(),
        [("opt_rmsprop_rnn", false)] = () => new Case_opt_rmsprop_rnn(),
        [("opt_adagrad_lstm", false)] = () => new Case_opt_adagrad_lstm(),
        [("opt_sgd_clipnorm_lstm", false)] = () => new Case_opt_sgd_clipnorm_lstm(),
        [("opt_momentum_clipvalue_gru", false)] = () => new Case_opt_momentum_clipvalue_gru(),
        [("opt_adam_clipnorm_embedding_gru", false)] = () => new Case_opt_adam_clipnorm_embedding_gru(),
        [("opt_adamw_clipvalue_peephole", false)] = () => new Case_opt_adamw_clipvalue_peephole(),
        [("opt_rmsprop_clipvalue_gru_reset_before", false)] = () => new Case_opt_rmsprop_clipvalue_gru_reset_before(),
        [("opt_adagrad_clipnorm_jordan", false)] = () => new Case_opt_adagrad_clipnorm_jordan(),
    };
}

[Network(Inputs = 3, Timesteps = 6)]
[Rnn(4, Name = "rnn", Activation = Activation.Tanh)]
[MeanSquaredError]
public partial class Case_rnn_tanh_i3_h4_t6_b2_init;

[Network(Inputs = 5, Timesteps = 9)]
[Rnn(12, Name = "rnn", Activation = Activation.Tanh)]
[MeanSquaredError]
public partial class Case_rnn_tanh_i5_h12_t9_b3;

[Network(Inputs = 4, Timesteps = 6)]
[Rnn(6, Name = "rnn", Activation = Activation.Relu)]
[MeanSquaredError]
public partial class Case_rnn_relu_i4_h6_t6_b2_init;

[Network(Inputs = 3, Timesteps = 6)]
[Lstm(4, Name = "lstm")]
[MeanSquaredError]
public partial class Case_lstm_i3_h4_t6_b2_init;

[Network(Inputs = 16, Timesteps = 12)]
[Lstm(32, Name = "lstm")]
[MeanSquaredError]
public partial class Case_lstm_i16_h32_t12_b4;

[Network(Inputs = 32, Timesteps = 16)]
[Lstm(64, Name = "lstm")]
[MeanSquaredError]
public partial class Case_lstm_i32_h64_t16_b4;

[Network(Inputs = 3, Timesteps = 5)]
[Lstm(5, Name = "lstm", Bias = false)]
[MeanSquaredError]
public partial class Case_lstm_nobias_i3_h5_t5_b2;

[Network(Inputs = 3, Timesteps = 6)]
[Gru(4, Name = "gru")]
[MeanSquaredError]
public partial class Case_gru_i3_h4_t6_b2_init;

[Network(Inputs = 16, Timesteps = 12)]
[Gru(32, Name = "gru")]
[MeanSquaredError]
public partial class Case_gru_i16_h32_t12_b4;

[Network(Inputs = 32, Timesteps = 16)]
[Gru(64, Name = "gru")]
[MeanSquaredError]
public partial class Case_gru_i32_h64_t16_b4;

[Network(Inputs = 3, Timesteps = 6)]
[Gru(4, Name = "gru", ResetAfter = false)]
[MeanSquaredError]
public partial class Case_gru_reset_before_i3_h4_t6_b2_init;

[Network(Inputs = 6, Timesteps = 8)]
[Gru(16, Name = "gru", ResetAfter = false)]
[MeanSquaredError]
public partial class Case_gru_reset_before_i6_h16_t8_b3;

[Network(Inputs = 3, Timesteps = 6)]
[Lstm(4, Name = "lstm", Peephole = true)]
[MeanSquaredError]
public partial class Case_lstm_peephole_i3_h4_t6_b2_init;

[Network(Inputs = 6, Timesteps = 8)]
[Lstm(16, Name = "lstm", Peephole = true)]
[MeanSquaredError]
public partial class Case_lstm_peephole_i6_h16_t8_b3;

[Network(Inputs = 3, Timesteps = 6)]
[Lstm(5, Name = "lstm", Projection = 2)]
[MeanSquaredError]
public partial class Case_lstm_proj2_i3_h5_t6_b2_init;

[Network(Inputs = 6, Timesteps = 8)]
[Lstm(20, Name = "lstm", Projection = 8)]
[MeanSquaredError]
public partial class Case_lstm_proj8_i6_h20_t8_b3;

[Network(Inputs = 3, Timesteps = 6)]
[Lstm(6, Name = "lstm", LayerNorm = true, Epsilon = 1E-05)]
[MeanSquaredError]
public partial class Case_lstm_layernorm_i3_h6_t6_b2_init;

[Network(Inputs = 6, Timesteps = 8)]
[Lstm(16, Name = "lstm", LayerNorm = true, Epsilon = 1E-05)]
[MeanSquaredError]
public partial class Case_lstm_layernorm_i6_h16_t8_b3;

[Network(Inputs = 3, Timesteps = 6)]
[Rnn(4, Name = "birnn", Direction = Direction.Both, Activation = Activation.Tanh)]
[MeanSquaredError]
public partial class Case_birnn_i3_h4_t6_b2_init;

[Network(Inputs = 3, Timesteps = 6)]
[Lstm(4, Name = "bilstm", Direction = Direction.Both)]
[MeanSquaredError]
public partial class Case_bilstm_i3_h4_t6_b2_init;

[Network(Inputs = 3, Timesteps = 6)]
[Gru(4, Name = "bigru", Direction = Direction.Both)]
[MeanSquaredError]
public partial class Case_bigru_i3_h4_t6_b2_init;

[Network(Inputs = 8, Timesteps = 10)]
[Lstm(16, Name = "bilstm", Direction = Direction.Both)]
[MeanSquaredError]
public partial class Case_bilstm_i8_h16_t10_b3;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(5, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_dense_linear;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(5, Name = "dense", Activation = Activation.Relu)]
[MeanSquaredError]
public partial class Case_dense_relu;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(5, Name = "dense", Activation = Activation.Tanh)]
[MeanSquaredError]
public partial class Case_dense_tanh;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(5, Name = "dense", Activation = Activation.Sigmoid)]
[MeanSquaredError]
public partial class Case_dense_sigmoid;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(6, Name = "dense", Activation = Activation.Softmax)]
[SoftmaxCrossEntropy]
public partial class Case_dense_softmax;

[Network(Inputs = 4, Timesteps = 4)]
[Dense(6, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_dense_softmaxLogits;

[Network(Tokens = 9, Timesteps = 6)]
[Embedding(4, Name = "embedding")]
[MeanSquaredError]
public partial class Case_embedding;

[Network(Inputs = 3, Timesteps = 8)]
[Tdnn(5, 3, Name = "conv", Activation = Activation.Linear, Dilation = 1, Padding = Padding.Valid)]
[MeanSquaredError]
public partial class Case_conv1d_valid_k3_d1;

[Network(Inputs = 3, Timesteps = 10)]
[Tdnn(5, 3, Name = "conv", Activation = Activation.Tanh, Dilation = 2, Padding = Padding.Valid)]
[MeanSquaredError]
public partial class Case_conv1d_valid_k3_d2_tanh;

[Network(Inputs = 3, Timesteps = 8)]
[Tdnn(4, 2, Name = "conv", Activation = Activation.Relu, Dilation = 3, Padding = Padding.Causal)]
[MeanSquaredError]
public partial class Case_conv1d_causal_k2_d3_relu;

[Network(Inputs = 2, Timesteps = 9)]
[Tdnn(4, 4, Name = "conv", Activation = Activation.Linear, Dilation = 2, Padding = Padding.Causal)]
[MeanSquaredError]
public partial class Case_conv1d_causal_k4_d2;

[Network(Inputs = 4, Timesteps = 7)]
[Elman(6, 3, Name = "elman", HiddenActivation = Activation.Sigmoid, OutputActivation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_elman_i4_h6_t7_b2_init;

[Network(Inputs = 3, Timesteps = 6)]
[Elman(5, 2, Name = "elman", HiddenActivation = Activation.Tanh, OutputActivation = Activation.Sigmoid)]
[MeanSquaredError]
public partial class Case_elman_tanh_sigmoid_i3_h5_t6_b3;

[Network(Inputs = 4, Timesteps = 7)]
[Jordan(6, 3, Name = "jordan", HiddenActivation = Activation.Sigmoid, OutputActivation = Activation.Sigmoid)]
[MeanSquaredError]
public partial class Case_jordan_i4_h6_t7_b2_init;

[Network(Inputs = 3, Timesteps = 6)]
[Jordan(5, 2, Name = "jordan", HiddenActivation = Activation.Tanh, OutputActivation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_jordan_tanh_linear_i3_h5_t6_b3;

[Network(Inputs = 4, Timesteps = 7)]
[Elman(6, 3, Name = "elman2", HiddenActivation = Activation.Tanh, OutputActivation = Activation.Linear, Context = 2)]
[MeanSquaredError]
public partial class Case_elman2_i4_h6_t7_b2_init;

[Network(Inputs = 3, Timesteps = 6)]
[Elman(5, 2, Name = "elman2", HiddenActivation = Activation.Sigmoid, OutputActivation = Activation.Sigmoid, Context = 2)]
[MeanSquaredError]
public partial class Case_elman2_sigmoid_i3_h5_t6_b3;

[Network(Inputs = 4, Timesteps = 9)]
[Lstm(8, Name = "lstm")]
[Gru(6, Name = "gru", Returns = Returns.Last)]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_stack_lstm_gru_dense_last;

[Network(Inputs = 5, Timesteps = 8)]
[Lstm(8, Name = "lstm1")]
[Lstm(7, Name = "lstm2")]
[Dense(4, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_stack_lstm_lstm_dense_seq;

[Network(Inputs = 4, Timesteps = 7)]
[Gru(6, Name = "gru")]
[Gru(6, Name = "gru")]
[Gru(6, Name = "gru", Returns = Returns.Last)]
[MeanSquaredError]
public partial class Case_stack_gru_x3;

[Network(Inputs = 3, Timesteps = 8)]
[Rnn(6, Name = "rnn", Activation = Activation.Tanh)]
[Lstm(5, Name = "lstm")]
[MeanSquaredError]
public partial class Case_stack_rnn_lstm;

[Network(Inputs = 3, Timesteps = 10)]
[Tdnn(6, 3, Name = "tdnn", Activation = Activation.Tanh, Dilation = 2, Padding = Padding.Causal)]
[Lstm(8, Name = "lstm")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_stack_tdnn_lstm_dense;

[Network(Inputs = 3, Timesteps = 9)]
[Tdnn(6, 3, Name = "tdnn", Activation = Activation.Sigmoid, Dilation = 1, Padding = Padding.Valid)]
[Lstm(8, Name = "lstm", Returns = Returns.Last)]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_stack_tdnn_valid_lstm_dense_last;

[Network(Inputs = 4, Timesteps = 7)]
[Lstm(5, Name = "bilstm", Direction = Direction.Both)]
[Gru(6, Name = "gru")]
[Dense(3, Name = "dense", Activation = Activation.Tanh)]
[MeanSquaredError]
public partial class Case_stack_bilstm_gru_dense;

[Network(Inputs = 4, Timesteps = 6)]
[Gru(5, Name = "bigru", Returns = Returns.Last, Direction = Direction.Both)]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_stack_bigru_last_dense;

[Network(Tokens = 12, Timesteps = 9)]
[Embedding(6, Name = "embedding")]
[Lstm(10, Name = "lstm")]
[Dense(12, Name = "dense", Activation = Activation.Softmax)]
[SoftmaxCrossEntropy]
public partial class Case_stack_embedding_lstm_dense_softmax;

[Network(Tokens = 12, Timesteps = 9)]
[Embedding(6, Name = "embedding")]
[Lstm(10, Name = "lstm")]
[Dense(12, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_stack_embedding_lstm_dense_softmaxLogits;

[Network(Inputs = 3, Timesteps = 6)]
[Lstm(4, Name = "bilstm", Direction = Direction.Both)]
[Lstm(4, Name = "bilstm", Direction = Direction.Both)]
[MeanSquaredError]
public partial class Case_stack_bilstm_x2;

[Network(Inputs = 4, Timesteps = 7)]
[Lstm(6, Name = "lstm")]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_loss_mse_mask_lstm;

[Network(Inputs = 4, Timesteps = 8)]
[Gru(6, Name = "gru")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanAbsoluteError]
public partial class Case_loss_mae_lengths_gru;

[Network(Inputs = 4, Timesteps = 7)]
[Rnn(6, Name = "rnn", Activation = Activation.Tanh)]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[Huber(0.5)]
public partial class Case_loss_huber_mask_rnn;

[Network(Inputs = 3, Timesteps = 7)]
[Lstm(6, Name = "lstm")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[BinaryCrossEntropy]
public partial class Case_loss_bce_lengths_lstm;

[Network(Inputs = 3, Timesteps = 6)]
[Gru(6, Name = "gru", ResetAfter = false)]
[Dense(1, Name = "dense", Activation = Activation.Linear)]
[BinaryCrossEntropy]
public partial class Case_loss_bce_mask_gru_reset_before;

[Network(Inputs = 4, Timesteps = 8)]
[Gru(7, Name = "gru", Returns = Returns.Last)]
[Dense(5, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_loss_ce_last_lengths_gru;

[Network(Inputs = 4, Timesteps = 8)]
[Lstm(7, Name = "lstm")]
[Dense(5, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_loss_ce_seq_lengths_lstm;

[Network(Tokens = 10, Timesteps = 8)]
[Embedding(5, Name = "embedding")]
[Gru(7, Name = "gru")]
[Dense(10, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_loss_ce_mask_embedding_gru;

[Network(Inputs = 3, Timesteps = 8)]
[Lstm(5, Name = "bilstm", Direction = Direction.Both)]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_loss_mse_lengths_bilstm;

[Network(Inputs = 3, Timesteps = 8)]
[Gru(5, Name = "bigru", Direction = Direction.Both)]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_loss_mse_lengths_mask_bigru;

[Network(Inputs = 3, Timesteps = 7)]
[Rnn(5, Name = "birnn", Returns = Returns.Last, Direction = Direction.Both, Activation = Activation.Tanh)]
[Dense(4, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_loss_ce_last_lengths_birnn;

[Network(Inputs = 3, Timesteps = 7)]
[Lstm(6, Name = "lstm1", Peephole = true)]
[Lstm(5, Name = "lstm2", LayerNorm = true, Epsilon = 1E-05)]
[MeanSquaredError]
public partial class Case_loss_mse_lengths_peephole_layernorm;

[Network(Inputs = 4, Timesteps = 12)]
[Lstm(8, Name = "lstm")]
[Dense(5, Name = "dense", Activation = Activation.Linear)]
[Ctc(Blank = 0)]
public partial class Case_loss_ctc_lstm;

[Network(Inputs = 4, Timesteps = 14)]
[Lstm(6, Name = "bilstm", Direction = Direction.Both)]
[Dense(6, Name = "dense", Activation = Activation.Linear)]
[Ctc(Blank = 5)]
public partial class Case_loss_ctc_lengths_bilstm;

[Network(Inputs = 3, Timesteps = 10)]
[Gru(8, Name = "gru")]
[Dense(4, Name = "dense", Activation = Activation.Linear)]
[Ctc(Blank = 0)]
public partial class Case_loss_ctc_empty_target_gru;

[Network(Inputs = 4, Timesteps = 10)]
[Lstm(8, Name = "lstm")]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_tbptt_lstm_t40_c10;

[Network(Inputs = 4, Timesteps = 10)]
[Gru(8, Name = "gru")]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_tbptt_gru_t40_c10;

[Network(Tokens = 8, Timesteps = 10)]
[Embedding(4, Name = "embedding")]
[Lstm(6, Name = "lstm")]
[Gru(6, Name = "gru")]
[Dense(8, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_tbptt_embedding_lstm_gru_t40_c10;

[Network(Timesteps = 5)]
[Encoder(Tokens = 9, Timesteps = 6)]
[Embedding(5, Name = "encoder_embedding")]
[Gru(8, Name = "encoder")]
[Decoder(Tokens = 7)]
[Embedding(4, Name = "decoder_embedding")]
[Gru(8, Name = "decoder")]
[Dense(7, Name = "output", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_seq2seq_tokens;

[Network(Timesteps = 5)]
[Encoder(Tokens = 9, Timesteps = 6)]
[Embedding(5, Name = "encoder_embedding")]
[Gru(8, Name = "encoder")]
[Decoder(Tokens = 7)]
[Embedding(4, Name = "decoder_embedding")]
[Gru(8, Name = "decoder")]
[LuongAttention(8, Name = "attention")]
[Dense(7, Name = "output", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_seq2seq_tokens_luong;

[Network(Timesteps = 5)]
[Encoder(Tokens = 9, Timesteps = 6)]
[Embedding(5, Name = "encoder_embedding")]
[Gru(8, Name = "encoder")]
[Decoder(Tokens = 7)]
[Embedding(4, Name = "decoder_embedding")]
[BahdanauAttention(6, Name = "attention")]
[Gru(8, Name = "decoder")]
[Dense(7, Name = "output", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_seq2seq_tokens_bahdanau;

[Network(Timesteps = 6)]
[Encoder(Inputs = 3, Timesteps = 5)]
[Gru(7, Name = "encoder")]
[Decoder(Inputs = 2)]
[Gru(7, Name = "decoder")]
[Dense(2, Name = "output", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_seq2seq_real;

[Network(Timesteps = 5)]
[Encoder(Tokens = 9, Timesteps = 7)]
[Embedding(4, Name = "encoder_embedding")]
[Gru(7, Name = "encoder")]
[Decoder(Tokens = 8)]
[Embedding(4, Name = "decoder_embedding")]
[Gru(7, Name = "decoder")]
[LuongAttention(7, Name = "attention")]
[Dense(8, Name = "output", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_seq2seq_luong_lengths;

[Network(Timesteps = 5)]
[Encoder(Tokens = 9, Timesteps = 7)]
[Embedding(4, Name = "encoder_embedding")]
[Gru(7, Name = "encoder")]
[Decoder(Tokens = 8)]
[Embedding(4, Name = "decoder_embedding")]
[BahdanauAttention(5, Name = "attention")]
[Gru(7, Name = "decoder")]
[Dense(8, Name = "output", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_seq2seq_bahdanau_lengths;

[Network(Inputs = 4, Timesteps = 6)]
[Dropout(0.5, Name = "drop_in")]
[Lstm(7, Name = "lstm1")]
[Dropout(0.5, Name = "drop_mid")]
[Lstm(6, Name = "lstm2")]
[Dropout(0.5, Name = "drop_out")]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_reg_zaremba;

[Network(Inputs = 5, Timesteps = 7)]
[Lstm(7, Name = "lstm", RecurrentDropout = 0.5)]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_reg_recurrent_dropout;

[Network(Inputs = 5, Timesteps = 7)]
[Lstm(7, Name = "lstm", Zoneout = 0.5, ZoneoutCell = 0.5)]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_reg_zoneout;

[Network(Inputs = 5, Timesteps = 7)]
[Lstm(7, Name = "lstm", RnnDrop = 0.5)]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_reg_rnndrop;

[Network(Inputs = 5, Timesteps = 7)]
[Lstm(7, Name = "lstm", VariationalInput = 0.5, VariationalHidden = 0.5)]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_reg_variational;

[Network(Inputs = 5, Timesteps = 7)]
[Lstm(7, Name = "lstm", WeightDrop = 0.5)]
[Dense(3, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_reg_weight_drop;

[Network(Inputs = 4, Timesteps = 4)]
[NeuralTuringMachine(3, Name = "ntm", Controller = Controller.FeedForward, ControllerUnits = 8, Slots = 6, Width = 4, Shifts = 1, MemoryStart = MemoryStart.Zero, CosineEpsilon = 1E-08)]
[MeanSquaredError]
public partial class Case_ntm_feedforward;

[Network(Inputs = 4, Timesteps = 5)]
[NeuralTuringMachine(3, Name = "ntm", Controller = Controller.Lstm, ControllerUnits = 8, Slots = 6, Width = 4, Shifts = 1, MemoryStart = MemoryStart.Zero, CosineEpsilon = 1E-08)]
[BinaryCrossEntropy]
public partial class Case_ntm_lstm;

[Network(Inputs = 3, Timesteps = 5)]
[Lstm(5, Name = "lstm")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_sgd_lstm;

[Network(Inputs = 3, Timesteps = 5)]
[Gru(5, Name = "gru")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_momentum_gru;

[Network(Inputs = 3, Timesteps = 5)]
[Lstm(5, Name = "lstm")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_adam_lstm;

[Network(Inputs = 3, Timesteps = 5)]
[Gru(5, Name = "gru")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_adamw_gru;

[Network(Inputs = 3, Timesteps = 5)]
[Rnn(6, Name = "rnn", Activation = Activation.Tanh)]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_rmsprop_rnn;

[Network(Inputs = 3, Timesteps = 5)]
[Lstm(5, Name = "lstm")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_adagrad_lstm;

[Network(Inputs = 3, Timesteps = 5)]
[Lstm(5, Name = "lstm")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_sgd_clipnorm_lstm;

[Network(Inputs = 3, Timesteps = 5)]
[Gru(5, Name = "gru")]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_momentum_clipvalue_gru;

[Network(Tokens = 7, Timesteps = 6)]
[Embedding(3, Name = "embedding")]
[Gru(5, Name = "gru")]
[Dense(7, Name = "dense", Activation = Activation.Linear)]
[SoftmaxCrossEntropy]
public partial class Case_opt_adam_clipnorm_embedding_gru;

[Network(Inputs = 3, Timesteps = 5)]
[Lstm(4, Name = "lstm", Peephole = true)]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_adamw_clipvalue_peephole;

[Network(Inputs = 3, Timesteps = 5)]
[Gru(5, Name = "gru", ResetAfter = false)]
[Dense(2, Name = "dense", Activation = Activation.Linear)]
[MeanSquaredError]
public partial class Case_opt_rmsprop_clipvalue_gru_reset_before;

[Network(Inputs = 3, Timesteps = 5)]
[Jordan(5, 2, Name = "jordan", HiddenActivation = Activation.Sigmoid, OutputActivation = Activation.Sigmoid)]
[MeanSquaredError]
public partial class Case_opt_adagrad_clipnorm_jordan;
