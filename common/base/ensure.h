#ifndef COMMON_BASE_ENSURE_H
#define COMMON_BASE_ENSURE_H

/*
 * ensure(): an assertion that is always compiled in. CMake's Release build defines NDEBUG, which
 * would remove assert(); a broken promise inside the log must stop the process instead. The same
 * holds for memory behind a promise that has no error to give back: the process says what was not
 * there and stops, and what was acknowledged is on disk (tests/faults).
 */
_Noreturn void ensure_failed(const char *expression, const char *file, int line);

#define ensure(expression) \
    ((expression) ? (void)0 : ensure_failed(#expression, __FILE__, __LINE__))

#endif
