// Makes a library that has no switch believe that the processor has no AVX-512 (nor AMX): CPUID is trapped and its answers filtered.
// Knows Linux' CPUID faulting on x86-64; refuses to know which library asks. Call before the library is loaded.
#pragma once
#include <asm/prctl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <cpuid.h>
#include <cstdint>
#include <cstdlib>

namespace hide_avx512 {
inline long trap(bool on) { return syscall(SYS_arch_prctl, ARCH_SET_CPUID, on ? 0 : 1); }

inline void answer(int, siginfo_t*, void* context)
{
    greg_t* r = ((ucontext_t*)context)->uc_mcontext.gregs;
    const uint8_t* at = (const uint8_t*)r[REG_RIP];
    if (at[0] != 0x0f || at[1] != 0xa2) { signal(SIGSEGV, SIG_DFL); return; }   // a real fault: let it happen again
    uint32_t leaf = (uint32_t)r[REG_RAX], sub = (uint32_t)r[REG_RCX], a, b, c, d;
    trap(false);
    __cpuid_count(leaf, sub, a, b, c, d);
    trap(true);
    if (leaf == 7 && sub == 0) {
        b &= ~((1u << 16) | (1u << 17) | (1u << 21) | (1u << 26) | (1u << 27) | (1u << 28) | (1u << 30) | (1u << 31));
        c &= ~((1u << 1) | (1u << 6) | (1u << 11) | (1u << 12) | (1u << 14));
        d &= ~((1u << 2) | (1u << 3) | (1u << 8) | (1u << 22) | (1u << 23) | (1u << 24) | (1u << 25));
    }
    if (leaf == 7 && sub == 1) a &= ~((1u << 5) | (1u << 21));   // AVX512_BF16, AMX_FP16
    r[REG_RAX] = a; r[REG_RBX] = b; r[REG_RCX] = c; r[REG_RDX] = d;
    r[REG_RIP] += 2;
}

// False where processor or kernel cannot trap CPUID.
inline bool begin()
{
    struct sigaction action {};
    action.sa_sigaction = answer;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    return sigaction(SIGSEGV, &action, nullptr) == 0 && trap(true) == 0;
}
}
