#include "common/eventlog/readers.h"

#include <errno.h>
#include <inttypes.h>
#include <lmdb.h>
#include <signal.h>
#include <stdio.h>

#include "common/eventlog/store.h"

struct look {
    struct readers *out;
    uint64_t newest; /* transaction */
};

static void take(struct look *l, int64_t pid, uint64_t transaction) {
    struct readers *out = l->out;
    out->used++;
    if (kill((pid_t)pid, 0) != 0 && errno == ESRCH) {
        out->dead++;
        return;
    }
    uint64_t behind = l->newest > transaction ? l->newest - transaction : 0;
    if (transaction && (out->oldest_pid == 0 || behind > out->oldest_behind)) {
        out->oldest_pid = pid;
        out->oldest_behind = behind;
    }
}

/* LMDB tells its table as lines "pid thread transaction" under a heading; "-" is no snapshot. */
static int take_lines(const char *text, void *context) {
    int64_t pid;
    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        uint64_t transaction = 0;
        line += *line == '\n';
        if (sscanf(line, "%" SCNd64 " %*x %" SCNu64, &pid, &transaction) >= 1)
            take(context, pid, transaction);
    }
    return 0;
}

static int look(MDB_env *env, const char *path, struct readers *out) {
    MDB_envinfo info;
    struct look l = {.out = out};
    int e = mdb_env_open(env, path, MDB_RDONLY | MDB_NOTLS, 0600);
    if (!e)
        e = mdb_env_info(env, &info);
    if (e)
        return e;
    out->most = info.me_maxreaders;
    l.newest = info.me_last_txnid;
    return mdb_reader_list(env, take_lines, &l) < 0 ? EIO : 0;
}

int readers_look(const char *path, struct readers *out) {
    MDB_env *env;
    *out = (struct readers){0};
    int e = mdb_env_create(&env);
    if (e)
        return store_error(e);
    e = look(env, path, out);
    mdb_env_close(env);
    return store_error(e);
}
