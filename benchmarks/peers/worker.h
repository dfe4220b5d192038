// What every C++ peer shares: the networks and workloads, weights and inputs that all engines generate alike, and the line protocol.
// Knows sizes, the PyTorch layout and the clock; refuses to know any engine.
//
// Protocol, one line each way. At the start: "ready|engine|version|workloads separated by blanks". Then:
//   run W SECONDS   -> "ok NANOSECONDS UNITS"   nanoseconds a unit: a step (A), a time step of the batch (B), a training step (C)
//   check W         -> "ok V1 V2 ..."           numbers that every right implementation gives, within rounding
//   quit
// Anything that goes wrong is "error TEXT".
#pragma once
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// The generator of every number that is not computed. Worker/Numbers.cs and nets.py have the same one.
struct Lcg {
    uint32_t state;
    explicit Lcg(uint32_t seed) : state(seed) {}
    float next(float scale)
    {
        state = state * 1664525u + 1013904223u;
        return (float)((int)(state >> 8) % 20001 - 10000) * 1e-4f * scale;
    }
    std::vector<float> take(size_t count, float scale)
    {
        std::vector<float> v(count);
        for (float& x : v) x = next(scale);
        return v;
    }
};

constexpr uint32_t kWeightSeed = 12345, kInputSeed = 777, kTargetSeed = 999;
constexpr int kSignal = 1024, kCheckSteps = 24, kSequence = 100, kTraining = 50;

struct LayerSpec { char kind; int in, units; int gates() const { return kind == 'L' ? 4 : kind == 'G' ? 3 : 1; } };
struct NetSpec {
    std::string name;
    std::vector<LayerSpec> layers;
    int outputs;
    int inputs() const { return layers[0].in; }
    int top() const { return layers.back().units; }
};

inline const std::vector<NetSpec>& networks()
{
    static const std::vector<NetSpec> all = {
        { "A1", { { 'L', 1, 20 } }, 1 }, { "A2", { { 'G', 1, 8 } }, 1 }, { "A3", { { 'L', 8, 64 }, { 'G', 64, 32 } }, 1 },
        { "A4", { { 'L', 40, 128 } }, 12 }, { "A5", { { 'L', 64, 256 } }, 10 }, { "A6", { { 'R', 8, 32 } }, 1 },
        { "C3", { { 'G', 32, 256 }, { 'G', 256, 256 } }, 10 },
    };
    return all;
}
inline const NetSpec& network(const std::string& name)
{
    for (auto& n : networks()) if (n.name == name) return n;
    throw std::runtime_error("no network " + name);
}

struct TrainingSpec { std::string workload, net; int batch; };
inline const std::vector<TrainingSpec>& trainings()
{
    static const std::vector<TrainingSpec> all = { { "C1-1", "A3", 1 }, { "C1-32", "A3", 32 }, { "C2", "A4", 32 }, { "C3", "C3", 64 } };
    return all;
}

// Weights in PyTorch's layout: weight_ih [gates * H, I], weight_hh [gates * H, H], two biases; gates i f g o, or r z n.
struct LayerWeights { LayerSpec spec; std::vector<float> wih, whh, bih, bhh; };
struct NetWeights {
    NetSpec spec;
    std::vector<LayerWeights> layers;
    std::vector<float> dense, denseBias;   // [O, H], [O]
    explicit NetWeights(const NetSpec& net) : spec(net)
    {
        Lcg lcg(kWeightSeed);
        for (auto& l : net.layers) {
            size_t rows = (size_t)l.gates() * l.units;
            float scale = 1 / std::sqrt((float)l.units);
            LayerWeights w { l, {}, {}, {}, {} };
            w.wih = lcg.take(rows * l.in, scale);
            w.whh = lcg.take(rows * l.units, scale);
            w.bih = lcg.take(rows, 0.1f);
            w.bhh = lcg.take(rows, 0.1f);
            layers.push_back(std::move(w));
        }
        dense = lcg.take((size_t)net.outputs * net.top(), 1 / std::sqrt((float)net.top()));
        denseBias = lcg.take(net.outputs, 0.1f);
    }
};
inline std::vector<float> signalOf(size_t count) { return Lcg(kInputSeed).take(count, 1); }
inline std::vector<float> targetOf(size_t count) { return Lcg(kTargetSeed).take(count, 1); }

// What check answers for B: the last step of the last sequence, the first of the first, and the mean magnitude. y is [T, B, O].
inline std::vector<double> sequenceCheck(const std::vector<float>& y, int outputs)
{
    std::vector<double> v(y.end() - outputs, y.end());
    v.insert(v.end(), y.begin(), y.begin() + outputs);
    double sum = 0;
    for (float x : y) sum += std::abs(x);
    v.push_back(sum / y.size());
    return v;
}
inline double norm(const float* p, size_t n) { double s = 0; for (size_t i = 0; i < n; i++) s += (double)p[i] * p[i]; return std::sqrt(s); }

struct Workload {
    double stepsPerUnit = 1;      // a whole sequence counts as so many steps
    double secondsPerUnit = 0;    // measured by the first run
    virtual ~Workload() {}
    virtual void run(long units) = 0;
    virtual std::vector<double> check() { throw std::runtime_error("has no check"); }
};
using Factory = std::function<std::unique_ptr<Workload>()>;
struct Entry { std::string name; Factory make; };

inline double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// About `budget` seconds in five parts (fewer where a unit is long); the median part counts.
inline std::pair<double, long> measure(Workload& w, double budget)
{
    if (w.secondsPerUnit == 0) {
        double first = seconds();
        w.run(1);      // whatever the first call does besides is not to be counted, unless a unit is long anyway
        first = seconds() - first;
        if (first > budget) w.secondsPerUnit = first;
        for (long n = 1; w.secondsPerUnit == 0; n *= 4) {
            double start = seconds();
            w.run(n);
            double time = seconds() - start;
            if (time > budget / 20) w.secondsPerUnit = time / n;
        }
    }
    long units = std::max(1L, (long)(budget / 5 / w.secondsPerUnit)), total = 0;
    std::vector<double> parts;
    for (double spent = 0; spent < budget * 0.9;) {
        double start = seconds();
        w.run(units);
        double time = seconds() - start;
        parts.push_back(time / units);
        spent += time;
        total += units;
    }
    std::sort(parts.begin(), parts.end());
    w.secondsPerUnit = parts[parts.size() / 2];
    return { w.secondsPerUnit * 1e9 / w.stepsPerUnit, total };
}

inline std::string compiler()
{
#ifdef __clang__
    return __VERSION__;
#else
    return std::string("g++ ") + __VERSION__;
#endif
}

inline int serve(const std::string& engine, const std::string& version, const std::vector<Entry>& entries)
{
    std::map<std::string, std::unique_ptr<Workload>> made;
    auto find = [&](const std::string& name) -> Workload& {
        auto& slot = made[name];
        if (!slot) for (auto& e : entries) if (e.name == name) slot = e.make();
        if (!slot) throw std::runtime_error("no workload " + name);
        return *slot;
    };
    std::string names;
    for (auto& e : entries) names += (names.empty() ? "" : " ") + e.name;
    printf("ready|%s|%s|%s\n", engine.c_str(), version.c_str(), names.c_str());
    fflush(stdout);
    for (std::string line; std::getline(std::cin, line) && line != "quit";) {
        std::istringstream in(line);
        std::string verb, name;
        double budget = 0.1;
        in >> verb >> name >> budget;
        try {
            if (verb == "run") {
                auto [ns, units] = measure(find(name), budget);
                printf("ok %.9g %ld\n", ns, units);
            } else if (verb == "check") {
                auto values = find(name).check();
                printf("ok");
                for (double v : values) printf(" %.9g", v);
                printf("\n");
            } else {
                printf("error unknown command: %s\n", line.c_str());
            }
        } catch (const std::exception& e) {
            printf("error %s: %s\n", name.c_str(), e.what());
        }
        fflush(stdout);
    }
    return 0;
}
