#ifndef DAEMONS_PROJECTOR_LOG_FILE_H
#define DAEMONS_PROJECTOR_LOG_FILE_H

/*
 * The log's own files as a source, for a fold without the eventlog: beside a running one, which
 * they are only read from, or from a copy. Pages have to be asked for in order; a stream is known
 * up to what was paged.
 */
#include "common/eventlog/batch.h"
#include "common/eventlog/reader.h"
#include "common/eventlog/tree.h"
#include "daemons/eventlog/index.h"
#include "daemons/projector/source.h"

struct log_file {
    int dir_fd;
    bool is_open;
    struct store store;
    struct reader reader;
    uint64_t upto, next; /* the last position that is told; the page that may be asked for */
    struct index *heads;
    struct sha256 hasher;
    struct tree tree; /* of what was paged */
    struct batch page;
    struct arena pages, streams;
    struct bytes *lent, *lent_of_stream;
};

/* `data_dir` is a data directory, `upto` a position. 0, STORE_EMPTY, STORE_DAMAGED or -errno; close
 * also after a failure. */
int log_file_open(struct log_file *f, const char *data_dir, uint64_t upto);
void log_file_close(struct log_file *f);

struct source log_file_source(struct log_file *f);

#endif
