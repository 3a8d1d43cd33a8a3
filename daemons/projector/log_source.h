#ifndef DAEMONS_PROJECTOR_LOG_SOURCE_H
#define DAEMONS_PROJECTOR_LOG_SOURCE_H

/* The projector's two questions to the log, asked at the eventlog's socket. */
#include "common/bus/bus.h"
#include "daemons/projector/source.h"

struct log_source {
    struct bus_client *log;
    /* One page and one stream's page at a time: a stream is asked for while a page is folded. */
    struct arena pages, streams;
    struct bytes *page_records, *stream_records;
    uint64_t size; /* newest applied size that was told */
};

int log_source_open(struct log_source *s, struct bus *bus, const char *data_dir);
void log_source_close(struct log_source *s);
struct source log_source_of(struct log_source *s);

#endif
