#include "tools/latarnia/bar.h"

#include <inttypes.h>

#include "tools/latarnia/cli.h"

enum { CELLS = 30 };

static void draw(void *context, uint64_t done, uint64_t size) {
    const char *verb = context;
    char cells[CELLS + 1] = "";
    int filled = size ? (int)((double)done / (double)size * CELLS) : CELLS;
    for (int i = 0; i < CELLS; i++)
        cells[i] = i < filled ? '#' : '.';
    fprintf(stderr, "\r%s [%s] %" PRIu64 " / %" PRIu64, verb, cells, done, size);
}

bar_fn *bar(void) {
    return cli_progress() ? draw : NULL;
}

void bar_wipe(void) {
    if (cli_progress())
        fputs("\r\033[K", stderr);
}
