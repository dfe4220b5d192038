// Peer: workload C as an expert C++ developer writes it with Eigen (and, built with EIGEN_USE_BLAS, OpenBLAS): forward, all of
// back-propagation through time, weight gradients; buffers allocated once; input products and weight gradients batched over time.
// Also B with batch 32 (its forward half, with the output at every step). Without an optimizer.
#include <Eigen/Dense>
#include "worker.h"
using M = Eigen::MatrixXf;
using V = Eigen::VectorXf;

// A matrix of PyTorch's layout with its gates in another order.
static M matrixOf(const std::vector<float>& from, int columns, int H, const std::vector<int>& order)
{
    M m((int)order.size() * H, columns);
    for (int r = 0; r < m.rows(); r++) for (int k = 0; k < columns; k++) m(r, k) = from[(size_t)(order[r / H] * H + r % H) * columns + k];
    return m;
}

struct Layer {
    int I, H, T, B;
    M W, U, gW, gU, Y, dX;      // Y: H x (T+1)B, column block t+1 is the output of step t
    V b, gb, bu, gbu;
    virtual ~Layer() {}
    virtual void forward(const M& X, int off) = 0;              // X: I x .., block t at column (t + off) B
    virtual void backward(const M& X, int off, const M* dY, const M* dLast, bool needX) = 0;
    Layer(const LayerWeights& w, int t, int bt, const std::vector<int>& order) : I(w.spec.in), H(w.spec.units), T(t), B(bt)
    {
        W = matrixOf(w.wih, I, H, order); U = matrixOf(w.whh, H, H, order); b = matrixOf(w.bih, 1, H, order); bu = matrixOf(w.bhh, 1, H, order);
        gW = M::Zero(W.rows(), I); gU = M::Zero(W.rows(), H); gb = V::Zero(W.rows()); gbu = gb;
        Y = M::Zero(H, (t + 1) * bt); dX = M::Zero(I, t * bt);
    }
};
struct Lstm : Layer {
    M G, C, TC, D, dh, dc;
    Lstm(const LayerWeights& w, int t, int bt) : Layer(w, t, bt, { 0, 1, 3, 2 })   // i f o g
    {
        b += bu;
        G = M::Zero(4 * H, t * bt); D = G; C = M::Zero(H, (t + 1) * bt); TC = M::Zero(H, t * bt); dh = M::Zero(H, bt); dc = dh;
    }
    void forward(const M& X, int off) override
    {
        G.noalias() = W * X.middleCols(off * B, T * B);
        G.colwise() += b;
        for (int t = 0; t < T; t++) {
            auto g = G.middleCols(t * B, B);
            if (B == 1) G.col(t).noalias() += U * Y.col(t); else g.noalias() += U * Y.middleCols(t * B, B);
            g.topRows(3 * H) = g.topRows(3 * H).array().logistic();
            g.bottomRows(H) = g.bottomRows(H).array().tanh();
            C.middleCols((t + 1) * B, B) = g.middleRows(H, H).array() * C.middleCols(t * B, B).array() + g.topRows(H).array() * g.bottomRows(H).array();
            TC.middleCols(t * B, B) = C.middleCols((t + 1) * B, B).array().tanh();
            Y.middleCols((t + 1) * B, B) = g.middleRows(2 * H, H).array() * TC.middleCols(t * B, B).array();
        }
    }
    void backward(const M& X, int off, const M* dY, const M* dLast, bool needX) override
    {
        dh.setZero(); dc.setZero();
        for (int t = T - 1; t >= 0; t--) {
            if (dY) dh += dY->middleCols(t * B, B);
            if (dLast && t == T - 1) dh += *dLast;
            auto g = G.middleCols(t * B, B); auto d = D.middleCols(t * B, B);
            auto i = g.topRows(H).array(), f = g.middleRows(H, H).array(), o = g.middleRows(2 * H, H).array(), z = g.bottomRows(H).array(); auto tc = TC.middleCols(t * B, B).array();
            dc.array() += dh.array() * o * (1 - tc * tc);
            d.middleRows(2 * H, H) = dh.array() * tc * o * (1 - o);
            d.topRows(H) = dc.array() * z * i * (1 - i);
            d.middleRows(H, H) = dc.array() * C.middleCols(t * B, B).array() * f * (1 - f);
            d.bottomRows(H) = dc.array() * i * (1 - z * z);
            dc.array() *= f;
            if (t) { if (B == 1) dh.col(0).noalias() = U.transpose() * D.col(t); else dh.noalias() = U.transpose() * d; }
        }
        gW.noalias() = D * X.middleCols(off * B, T * B).transpose();
        gU.noalias() = D * Y.leftCols(T * B).transpose();
        gb = D.rowwise().sum();
        if (needX) dX.noalias() = W.transpose() * D;
    }
};
struct Gru : Layer {
    M A, P, D, E, dh;
    Gru(const LayerWeights& w, int t, int bt) : Layer(w, t, bt, { 0, 1, 2 }) { A = M::Zero(3 * H, t * bt); P = A; D = A; E = A; dh = M::Zero(H, bt); }
    void forward(const M& X, int off) override
    {
        A.noalias() = W * X.middleCols(off * B, T * B);
        A.colwise() += b;
        for (int t = 0; t < T; t++) {
            auto a = A.middleCols(t * B, B); auto p = P.middleCols(t * B, B); auto h = Y.middleCols(t * B, B);
            p = bu.replicate(1, B);
            if (B == 1) P.col(t).noalias() += U * Y.col(t); else p.noalias() += U * h;
            a.topRows(2 * H) = (a.topRows(2 * H) + p.topRows(2 * H)).array().logistic();
            a.bottomRows(H) = (a.bottomRows(H).array() + a.topRows(H).array() * p.bottomRows(H).array()).tanh();
            Y.middleCols((t + 1) * B, B) = a.bottomRows(H).array() + a.middleRows(H, H).array() * (h.array() - a.bottomRows(H).array());
        }
    }
    void backward(const M& X, int off, const M* dY, const M* dLast, bool needX) override
    {
        dh.setZero();
        for (int t = T - 1; t >= 0; t--) {
            if (dY) dh += dY->middleCols(t * B, B);
            if (dLast && t == T - 1) dh += *dLast;
            auto a = A.middleCols(t * B, B); auto d = D.middleCols(t * B, B); auto e = E.middleCols(t * B, B);
            auto r = a.topRows(H).array(), z = a.middleRows(H, H).array(), n = a.bottomRows(H).array(); auto h = Y.middleCols(t * B, B).array();
            d.bottomRows(H) = dh.array() * (1 - z) * (1 - n * n);
            d.middleRows(H, H) = dh.array() * (h - n) * z * (1 - z);
            d.topRows(H) = d.bottomRows(H).array() * P.middleCols(t * B, B).bottomRows(H).array() * r * (1 - r);
            e.topRows(2 * H) = d.topRows(2 * H);
            e.bottomRows(H) = d.bottomRows(H).array() * r;
            if (t) { dh.array() *= z; if (B == 1) dh.col(0).noalias() += U.transpose() * E.col(t); else dh.noalias() += U.transpose() * e; }
        }
        gW.noalias() = D * X.middleCols(off * B, T * B).transpose();
        gU.noalias() = E * Y.leftCols(T * B).transpose();
        gb = D.rowwise().sum(); gbu = E.rowwise().sum();
        if (needX) dX.noalias() = W.transpose() * D;
    }
};
struct Rnn : Layer {            // forward alone: no training workload has one
    Rnn(const LayerWeights& w, int t, int bt) : Layer(w, t, bt, { 0 }) { b += bu; }
    void forward(const M& X, int off) override
    {
        Y.rightCols(T * B).noalias() = W * X.middleCols(off * B, T * B);
        Y.rightCols(T * B).colwise() += b;
        for (int t = 0; t < T; t++) {
            auto y = Y.middleCols((t + 1) * B, B);
            y.noalias() += U * Y.middleCols(t * B, B);
            y = y.array().tanh();
        }
    }
    void backward(const M&, int, const M*, const M*, bool) override { throw std::logic_error("forward alone"); }
};
static std::vector<std::unique_ptr<Layer>> layersOf(const NetWeights& w, int T, int B)
{
    std::vector<std::unique_ptr<Layer>> all;
    for (auto& l : w.layers) {
        if (l.spec.kind == 'L') all.emplace_back(new Lstm(l, T, B));
        else if (l.spec.kind == 'G') all.emplace_back(new Gru(l, T, B));
        else all.emplace_back(new Rnn(l, T, B));
    }
    return all;
}
static void forwardAll(std::vector<std::unique_ptr<Layer>>& l, const M& X)
{
    l[0]->forward(X, 0);
    for (size_t k = 1; k < l.size(); k++) l[k]->forward(l[k - 1]->Y, 1);
}

struct Training : Workload {
    int T = kTraining, B;
    std::vector<std::unique_ptr<Layer>> l;
    M D, gD, X, target, y, dy, dLast; V db, gdb;
    double value = 0;
    explicit Training(const TrainingSpec& s) : B(s.batch)
    {
        NetWeights w(network(s.net));
        int I = w.spec.inputs(), O = w.spec.outputs, H = w.spec.top();
        l = layersOf(w, T, B);
        D = matrixOf(w.dense, H, O, { 0 }); db = Eigen::Map<V>(w.denseBias.data(), O); gD = M::Zero(O, H); gdb = V::Zero(O);
        auto x = signalOf((size_t)I * T * B), t = targetOf((size_t)O * B);
        X = Eigen::Map<M>(x.data(), I, T * B); target = Eigen::Map<M>(t.data(), O, B);   // column-major: [T, B, I] and [B, O]
        y = target; dy = y; dLast = M::Zero(H, B);
    }
    void once()
    {
        forwardAll(l, X);
        y.noalias() = D * l.back()->Y.rightCols(B);
        y.colwise() += db;
        dy = y - target;
        value = dy.squaredNorm() / dy.size();
        dy *= 2.f / dy.size();
        gD.noalias() = dy * l.back()->Y.rightCols(B).transpose(); gdb = dy.rowwise().sum();
        dLast.noalias() = D.transpose() * dy;
        for (int k = (int)l.size() - 1; k >= 0; k--) {
            bool top = k == (int)l.size() - 1;
            l[k]->backward(k ? l[k - 1]->Y : X, k ? 1 : 0, top ? nullptr : &l[k + 1]->dX, top ? &dLast : nullptr, k > 0);
        }
    }
    void run(long n) override { for (long i = 0; i < n; i++) once(); }
    std::vector<double> check() override
    {
        once();
        std::vector<double> v { value };
        for (auto& k : l) { v.push_back(norm(k->gW.data(), k->gW.size())); v.push_back(norm(k->gU.data(), k->gU.size())); v.push_back(norm(k->gb.data(), k->gb.size())); }
        v.push_back(norm(gD.data(), gD.size())); v.push_back(norm(gdb.data(), gdb.size()));
        return v;
    }
};
struct Sequences : Workload {
    std::vector<std::unique_ptr<Layer>> l; M X, D; V db; std::vector<float> y; int O, rows;
    Sequences(const NetSpec& net, int B) : O(net.outputs), rows(kSequence * B)
    {
        stepsPerUnit = kSequence;
        NetWeights w(net);
        l = layersOf(w, kSequence, B);
        D = matrixOf(w.dense, net.top(), O, { 0 }); db = Eigen::Map<V>(w.denseBias.data(), O);
        auto x = signalOf((size_t)net.inputs() * rows);
        X = Eigen::Map<M>(x.data(), net.inputs(), rows); y.resize((size_t)O * rows);
    }
    void run(long n) override
    {
        for (long i = 0; i < n; i++) {
            forwardAll(l, X);
            Eigen::Map<M> out(y.data(), O, rows);
            out.noalias() = D * l.back()->Y.rightCols(rows);
            out.colwise() += db;
        }
    }
    std::vector<double> check() override { run(1); return sequenceCheck(y, O); }
};

int main()
{
    std::vector<Entry> all;
    for (auto& s : trainings()) all.push_back({ s.workload, [s] { return std::unique_ptr<Workload>(new Training(s)); } });
    for (auto& n : networks()) if (n.name[0] == 'A') all.push_back({ "B-" + n.name + "-32", [n] { return std::unique_ptr<Workload>(new Sequences(n, 32)); } });
#ifdef EIGEN_USE_BLAS
    const char* engine = "eigen+openblas";
#else
    const char* engine = "eigen";
#endif
    return serve(engine, "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." + std::to_string(EIGEN_MINOR_VERSION) + ", " + compiler(), all);
}
