/*
 * A reader that does not let go: hold_reader LOG_DIR COMMITS takes a snapshot of a stopped log,
 * makes that many commits which change nothing, says "held" and waits to be killed.
 */
#include <lmdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/ensure.h"

static void commit_nothing(MDB_env *env) {
    MDB_val key = {7, (void *)(uintptr_t) "applied"}, value;
    static char copy[4096];
    MDB_txn *txn;
    MDB_dbi meta;
    ensure(mdb_txn_begin(env, NULL, 0, &txn) == 0);
    ensure(mdb_dbi_open(txn, "meta", 0, &meta) == 0);
    ensure(mdb_get(txn, meta, &key, &value) == 0 && value.mv_size <= sizeof copy);
    memcpy(copy, value.mv_data, value.mv_size);
    value.mv_data = copy;
    ensure(mdb_put(txn, meta, &key, &value, 0) == 0);
    ensure(mdb_txn_commit(txn) == 0);
}

int main(int argc, char **argv) {
    MDB_env *env;
    MDB_txn *held;
    ensure(argc == 3 && mdb_env_create(&env) == 0 && mdb_env_set_maxdbs(env, 4) == 0);
    ensure(mdb_env_open(env, argv[1], MDB_NOTLS, 0600) == 0);
    ensure(mdb_txn_begin(env, NULL, MDB_RDONLY, &held) == 0);
    for (int i = atoi(argv[2]); i > 0; i--)
        commit_nothing(env);
    puts("held");
    fflush(stdout);
    pause();
    return 0;
}
