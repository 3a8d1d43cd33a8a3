#ifndef TOOLS_LATARNIA_BAR_H
#define TOOLS_LATARNIA_BAR_H

/* Progress on a terminal, in one line that is wiped afterwards; silent elsewhere. */
#include <stdint.h>

typedef void bar_fn(void *context, uint64_t done, uint64_t size);

/* `verb` as the context: bar(verb) is NULL when nothing is to be drawn. */
bar_fn *bar(void);
void bar_wipe(void);

#endif
