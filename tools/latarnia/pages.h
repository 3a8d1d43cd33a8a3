#ifndef TOOLS_LATARNIA_PAGES_H
#define TOOLS_LATARNIA_PAGES_H

/*
 * The log read page by page from the eventlog, in order and without a gap: a position that is
 * missing ends the reading with a sentence. The caller says when to stop.
 */
#include "tools/latarnia/link.h"

enum { PAGES_FILTERS_MAX = 64 }; /* schemas/bus.def ReadFeed */

struct pages {
    struct link *link;
    int64_t next;            /* first position wanted */
    struct feed_filter filters[PAGES_FILTERS_MAX]; /* wanted is what fits one; none: all */
    uint32_t filter_count;
    bool patient; /* an eventlog that is being restarted is no error */
    bool stop;    /* set by the visitor: enough */
    uint64_t size; /* of the log, as of the last page */
};

/* Called with each record's stored bytes; 0, or an exit code that ends the reading. */
typedef int pages_visit_fn(void *context, int64_t position, struct bytes record);

/* All records up to the end of the log. 0 or an exit code after a sentence. */
int pages_read(struct pages *p, pages_visit_fn *visit, void *context);

#endif
