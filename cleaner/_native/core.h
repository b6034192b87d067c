/* The native core: the same results as the Python code next to it, to the last bit. Every function is a pure
 * function of its arguments: no global state, so it is safe in threads and after a fork. Callers own all memory. */
#ifndef CLEANER_CORE_H
#define CLEANER_CORE_H

#include <float.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0
#error "this platform computes with more digits than numpy: results would differ"
#endif

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

#define NO_MEMORY (-1)
#define BAD_INPUT (-2)

static inline int is_line_end(uint32_t code)
{
    return (code >= 0x0a && code <= 0x0d) || code == 0x85 || code == 0x2028 || code == 0x2029;
}

#endif
