// Peer: oneDNN's RNN primitives, which newer PyTorch (2.x) calls for nn.LSTM on a CPU. Workloads A (T=1 a call), B (T=100), C (forward_training,
// backward, and the reorders of weights that a changed weight makes necessary). The Dense layer is a plain loop: oneDNN's own costs more here.
// backward always works out the gradient of the input too; the primitive cannot leave it out.
#include <dnnl.hpp>
#include <unordered_map>
#include "worker.h"
using namespace dnnl;
using Desc = memory::desc;
using Tag = memory::format_tag;
static engine cpu(engine::kind::cpu, 0);
static stream queue(cpu);
static const auto F = memory::data_type::f32;

static float* data(const memory& m) { return (float*)m.get_data_handle(); }
static size_t count(const memory& m) { return m.get_desc().get_size() / 4; }
static memory zeros(const Desc& d) { memory m(d, cpu); memset(data(m), 0, d.get_size()); return m; }
static memory blank(const Desc& d) { return memory(d, cpu); }
static void copy(memory& from, memory& to) { reorder(from, to).execute(queue, from, to); }

struct Layer {
    LayerSpec spec;
    int I, H, T, B, G, biases;
    bool train;
    memory wl, wi, b, packedL, packedI, y, h[2], c[2];                       // plain, and as the forward primitive wants them
    memory workspace, backL, backI, dwl, dwi, db, dwlPlain, dwiPlain, dx, dh0, dc0, dhT, dcT;
    primitive fwd, bwd;
    std::unordered_map<int, memory> args[2], back;                           // two sets: states change places between streaming steps

    Layer(const LayerWeights& w, int t, int bt, bool tr) : spec(w.spec), I(w.spec.in), H(w.spec.units), T(t), B(bt), G(w.spec.gates()), train(tr)
    {
        biases = spec.kind == 'G' ? 4 : G;
        Desc x({ T, B, I }, F, Tag::tnc), out({ T, B, H }, F, Tag::tnc), st({ 1, 1, B, H }, F, Tag::ldnc), anyL({ 1, 1, I, G, H }, F, Tag::any), anyI({ 1, 1, H, G, H }, F, Tag::any);
        Desc bias({ 1, 1, biases, H }, F, Tag::ldgo), plainL({ 1, 1, I, G, H }, F, Tag::ldigo), plainI({ 1, 1, H, G, H }, F, Tag::ldigo);
        wl = zeros(plainL); wi = zeros(plainI); b = zeros(bias); y = zeros(out);
        for (auto& s : h) s = zeros(st);
        for (auto& s : c) s = zeros(st);
        load(w);
        create(x, out, st, anyL, anyI, bias, plainL, plainI);
        pack();
        for (int a = 0; a < 2; a++) {
            args[a] = { { DNNL_ARG_WEIGHTS_LAYER, packedL }, { DNNL_ARG_WEIGHTS_ITER, packedI }, { DNNL_ARG_BIAS, b }, { DNNL_ARG_DST_LAYER, y }, { DNNL_ARG_SRC_ITER, h[a] }, { DNNL_ARG_DST_ITER, h[1 - a] } };
            if (spec.kind == 'L') { args[a][DNNL_ARG_SRC_ITER_C] = c[a]; args[a][DNNL_ARG_DST_ITER_C] = c[1 - a]; }
            if (train) args[a][DNNL_ARG_WORKSPACE] = workspace;
        }
    }
    // Gates: i f g o as PyTorch's; of the GRU u r o, PyTorch's z r n, and the bias of the recurrent half of n as a fourth.
    void load(const LayerWeights& w)
    {
        for (int g = 0; g < G; g++) for (int j = 0; j < H; j++) {
            int r = (spec.kind == 'G' && g < 2 ? 1 - g : g) * H + j;
            for (int k = 0; k < I; k++) data(wl)[(k * G + g) * H + j] = w.wih[r * I + k];
            for (int k = 0; k < H; k++) data(wi)[(k * G + g) * H + j] = w.whh[r * H + k];
            bool split = spec.kind == 'G' && g == 2;
            data(b)[g * H + j] = w.bih[r] + (split ? 0 : w.bhh[r]);
            if (split) data(b)[3 * H + j] = w.bhh[r];
        }
    }
    void create(const Desc& x, const Desc& out, const Desc& st, const Desc& anyL, const Desc& anyI, const Desc& bias, const Desc& plainL, const Desc& plainI)
    {
        auto dir = rnn_direction::unidirectional_left2right;
        auto kind = train ? prop_kind::forward_training : prop_kind::forward_inference;
        auto forwardOf = [&](auto pd) { packedL = blank(pd.weights_layer_desc()); packedI = blank(pd.weights_iter_desc()); if (train) workspace = blank(pd.workspace_desc()); return pd; };
        auto backwardOf = [&](auto pd) {
            backL = blank(pd.weights_layer_desc()); backI = blank(pd.weights_iter_desc());
            dwl = zeros(pd.diff_weights_layer_desc()); dwi = zeros(pd.diff_weights_iter_desc()); dwlPlain = zeros(plainL); dwiPlain = zeros(plainI);
            db = zeros(bias); dx = zeros(x); dh0 = zeros(st); dc0 = zeros(st); dhT = zeros(st); dcT = zeros(st);
        };
        if (spec.kind == 'L') {
            auto pd = forwardOf(lstm_forward::primitive_desc(lstm_forward::desc(kind, dir, x, st, st, anyL, anyI, bias, out, st, st), cpu));
            fwd = lstm_forward(pd);
            if (train) {
                lstm_backward::primitive_desc bd(lstm_backward::desc(prop_kind::backward, dir, x, st, st, anyL, anyI, bias, out, st, st, x, st, st, anyL, anyI, bias, out, st, st), cpu, pd);
                backwardOf(bd); bwd = lstm_backward(bd);
            }
        } else if (spec.kind == 'G') {
            auto pd = forwardOf(lbr_gru_forward::primitive_desc(lbr_gru_forward::desc(kind, dir, x, st, anyL, anyI, bias, out, st), cpu));
            fwd = lbr_gru_forward(pd);
            if (train) {
                lbr_gru_backward::primitive_desc bd(lbr_gru_backward::desc(prop_kind::backward, dir, x, st, anyL, anyI, bias, out, st, x, st, anyL, anyI, bias, out, st), cpu, pd);
                backwardOf(bd); bwd = lbr_gru_backward(bd);
            }
        } else {
            auto pd = forwardOf(vanilla_rnn_forward::primitive_desc(vanilla_rnn_forward::desc(kind, algorithm::eltwise_tanh, dir, x, st, anyL, anyI, bias, out, st), cpu));
            fwd = vanilla_rnn_forward(pd);
        }
    }
    void pack() { copy(wl, packedL); copy(wi, packedI); queue.wait(); }
    void forward(const memory& x, int a) { args[a][DNNL_ARG_SRC_LAYER] = x; fwd.execute(queue, args[a]); }
    void backward(const memory& x, const memory& dy)
    {
        copy(wl, backL); copy(wi, backI);
        for (memory* m : { &dwl, &dwi, &db }) memset(data(*m), 0, m->get_desc().get_size());
        if (back.empty()) {
            back = { { DNNL_ARG_SRC_LAYER, x }, { DNNL_ARG_SRC_ITER, h[0] }, { DNNL_ARG_WEIGHTS_LAYER, backL }, { DNNL_ARG_WEIGHTS_ITER, backI }, { DNNL_ARG_BIAS, b }, { DNNL_ARG_DST_LAYER, y }, { DNNL_ARG_DST_ITER, h[1] }, { DNNL_ARG_WORKSPACE, workspace },
                { DNNL_ARG_DIFF_SRC_LAYER, dx }, { DNNL_ARG_DIFF_SRC_ITER, dh0 }, { DNNL_ARG_DIFF_WEIGHTS_LAYER, dwl }, { DNNL_ARG_DIFF_WEIGHTS_ITER, dwi }, { DNNL_ARG_DIFF_BIAS, db }, { DNNL_ARG_DIFF_DST_LAYER, dy }, { DNNL_ARG_DIFF_DST_ITER, dhT } };
            if (spec.kind == 'L') { back[DNNL_ARG_SRC_ITER_C] = c[0]; back[DNNL_ARG_DST_ITER_C] = c[1]; back[DNNL_ARG_DIFF_SRC_ITER_C] = dc0; back[DNNL_ARG_DIFF_DST_ITER_C] = dcT; }
        }
        bwd.execute(queue, back);
        copy(dwl, dwlPlain); copy(dwi, dwiPlain);
    }
};

struct Net {
    NetSpec spec; int T, B; NetWeights w; std::vector<std::unique_ptr<Layer>> l; memory x;
    Net(const NetSpec& s, int t, int b, bool train) : spec(s), T(t), B(b), w(s)
    {
        for (auto& k : w.layers) l.emplace_back(new Layer(k, T, B, train));
        x = zeros(Desc({ T, B, s.inputs() }, F, Tag::tnc));
    }
    void forward(int a) { for (size_t k = 0; k < l.size(); k++) l[k]->forward(k ? l[k - 1]->y : x, a); }
    void dense(int first, int rows, float* out) const
    {
        int H = spec.top(), O = spec.outputs;
        const float *D = w.dense.data(), *y = data(l.back()->y) + (size_t)first * H;
        for (int r = 0; r < rows; r++) for (int o = 0; o < O; o++) {
            float s = w.denseBias[o];
            for (int j = 0; j < H; j++) s += D[o * H + j] * y[(size_t)r * H + j];
            out[(size_t)r * O + o] = s;
        }
    }
};
struct Streaming : Workload {
    Net net; std::vector<float> x, y; int I, O, a = 0;
    explicit Streaming(const NetSpec& s) : net(s, 1, 1, false), x(signalOf((size_t)kSignal * s.inputs())), y((size_t)kSignal * s.outputs), I(s.inputs()), O(s.outputs) {}
    void run(long n) override
    {
        for (long i = 0; i < n; i++, a ^= 1) {
            memcpy(data(net.x), &x[(i % kSignal) * I], I * 4);
            net.forward(a);
            queue.wait();
            net.dense(0, 1, &y[(i % kSignal) * O]);
        }
    }
    std::vector<double> check() override
    {
        for (auto& k : net.l) for (memory* m : { &k->h[0], &k->h[1], &k->c[0], &k->c[1] }) memset(data(*m), 0, m->get_desc().get_size());
        run(kCheckSteps);
        return { &y[(kCheckSteps - 1) * O], &y[(kCheckSteps - 1) * O] + O };
    }
};
struct Sequences : Workload {
    Net net; std::vector<float> y;
    Sequences(const NetSpec& s, int B) : net(s, kSequence, B, false), y((size_t)kSequence * B * s.outputs)
    {
        stepsPerUnit = kSequence;
        auto signal = signalOf(count(net.x));
        memcpy(data(net.x), signal.data(), signal.size() * 4);
    }
    void run(long n) override { for (long i = 0; i < n; i++) { net.forward(0); queue.wait(); net.dense(0, kSequence * net.B, y.data()); } }
    std::vector<double> check() override { run(1); return sequenceCheck(y, net.spec.outputs); }
};
struct Training : Workload {
    Net net; memory dy; std::vector<float> target, y, gD, gdb; double value = 0;
    explicit Training(const TrainingSpec& s) : net(network(s.net), kTraining, s.batch, true), target(targetOf((size_t)s.batch * net.spec.outputs)), y(target.size()), gD(net.w.dense.size()), gdb(net.w.denseBias.size())
    {
        auto signal = signalOf(count(net.x));
        memcpy(data(net.x), signal.data(), signal.size() * 4);
        dy = zeros(Desc({ kTraining, s.batch, net.spec.top() }, F, Tag::tnc));
    }
    // Output, loss and their gradients, of the last step alone.
    void head()
    {
        int B = net.B, H = net.spec.top(), O = net.spec.outputs, last = (kTraining - 1) * B;
        net.dense(last, B, y.data());
        std::fill(gD.begin(), gD.end(), 0.f);
        std::fill(gdb.begin(), gdb.end(), 0.f);
        const float* h = data(net.l.back()->y) + (size_t)last * H;
        float* dh = data(dy) + (size_t)last * H;
        memset(dh, 0, (size_t)B * H * 4);
        float sum = 0, factor = 2.f / (B * O);
        for (int r = 0; r < B; r++) for (int o = 0; o < O; o++) {
            float e = y[r * O + o] - target[r * O + o], d = e * factor;
            sum += e * e;
            gdb[o] += d;
            for (int j = 0; j < H; j++) { gD[o * H + j] += d * h[r * H + j]; dh[r * H + j] += d * net.w.dense[o * H + j]; }
        }
        value = sum / (B * O);
    }
    void once()
    {
        for (size_t k = 0; k < net.l.size(); k++) { net.l[k]->pack(); net.l[k]->forward(k ? net.l[k - 1]->y : net.x, 0); }
        queue.wait();
        head();
        for (int k = (int)net.l.size() - 1; k >= 0; k--) net.l[k]->backward(k ? net.l[k - 1]->y : net.x, k + 1 < (int)net.l.size() ? net.l[k + 1]->dx : dy);
        queue.wait();
    }
    void run(long n) override { for (long i = 0; i < n; i++) once(); }
    std::vector<double> check() override
    {
        once();
        std::vector<double> v { value };
        for (auto& k : net.l) {
            v.push_back(norm(data(k->dwlPlain), count(k->dwlPlain))); v.push_back(norm(data(k->dwiPlain), count(k->dwiPlain)));
            v.push_back(norm(data(k->db), (size_t)k->G * k->H));   // of a GRU: without the fourth
        }
        v.push_back(norm(gD.data(), gD.size())); v.push_back(norm(gdb.data(), gdb.size()));
        return v;
    }
};

int main()
{
    std::vector<Entry> all;
    for (auto& n : networks()) {
        if (n.name[0] != 'A') continue;
        all.push_back({ n.name, [n] { return std::unique_ptr<Workload>(new Streaming(n)); } });
        for (int B : { 1, 32 }) all.push_back({ "B-" + n.name + "-" + std::to_string(B), [n, B] { return std::unique_ptr<Workload>(new Sequences(n, B)); } });
    }
    for (auto& s : trainings()) all.push_back({ s.workload, [s] { return std::unique_ptr<Workload>(new Training(s)); } });
    auto v = dnnl_version();
    return serve("onednn", "oneDNN " + std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch), all);
}
