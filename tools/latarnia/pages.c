#include "tools/latarnia/pages.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/ensure.h"
#include "common/messages/record.h"
#include "tools/latarnia/claim.h"
#include "tools/latarnia/cli.h"

static int gap(int64_t expected, int64_t got) {
    return cli_fail(CLI_NEGATIVE, "the feed jumps from position %" PRId64 " to %" PRId64,
                    "przerwa w zdarzeniach: po pozycji %" PRId64 " następuje %" PRId64,
                    expected - 1, got);
}

/* Only the log's part is needed to know where we are. */
static int position_of(struct bytes record, int64_t *out) {
    _Alignas(8) static uint8_t memory[65536];
    struct arena arena;
    struct record r;
    arena_init(&arena, memory, sizeof memory);
    if (record_peek(record, &arena, &r) == RECORD_E_FORM)
        return cli_fail(CLI_NEGATIVE, "a record cannot be read", "nie można odczytać wpisu");
    *out = r.log.position;
    return 0;
}

static bool is_filtered(const struct pages *p) {
    return p->filter_count != 0;
}

static int visit_page(struct pages *p, const struct FeedPage *page, pages_visit_fn *visit,
                      void *context) {
    for (uint32_t i = 0; i < page->records.count && !p->stop; i++) {
        struct bytes record = page->records.items[i].data;
        int64_t position = 0;
        int r = position_of(record, &position);
        if (r)
            return r;
        if (position < p->next || (position > p->next && !is_filtered(p)))
            return gap(p->next, position);
        r = visit(context, position, record);
        if (r)
            return r;
        p->next = position + 1;
    }
    if (!p->stop && !is_filtered(p) && page->next != p->next)
        return gap(p->next, page->next);
    if (!p->stop)
        p->next = page->next;
    return 0;
}

/* The next page; NULL and 0 when a patient reader is to look again later. */
static int ask_page(const struct pages *p, const struct FeedPage **out) {
    struct bus_answer got;
    struct ReadFeed ask = {.from = p->next, .also = {p->filters, p->filter_count}};
    int r = link_try(p->link, ReadFeed_schema(), &ask, LINK_TIMEOUT_MS, &got);
    *out = NULL;
    if (r == BUS_TIMEOUT && p->patient && claim_holder(cli_data()) > 0)
        return 0;
    if (r)
        return link_fault(p->link, r);
    if (got.schema != FeedPage_schema())
        return link_unexpected(p->link, &got);
    *out = got.message;
    return 0;
}

int pages_read(struct pages *p, pages_visit_fn *visit, void *context) {
    for (;;) {
        const struct FeedPage *page;
        int r = ask_page(p, &page);
        if (r || !page)
            return r;
        int64_t before = p->next;
        p->size = (uint64_t)page->size;
        r = visit_page(p, page, visit, context);
        if (r || p->stop || p->next == before || p->next > page->size)
            return r;
    }
}
