#include "daemons/projector/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/eventlog/place.h"
#include "daemons/projector/tables.h"

enum { TEXT_SIZE = 64, PATH_SIZE = 512 };
static const char flushed[] = "flushed";

static int read_text(const char *path, char out[TEXT_SIZE]) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 1;
    ssize_t size = read(fd, out, TEXT_SIZE - 1);
    close(fd);
    if (size < 0)
        return 1;
    out[size] = 0;
    out[strcspn(out, "\n")] = 0;
    return 0;
}

static int write_text(const char *path, const char *text) {
    size_t size = strlen(text);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd < 0)
        return 1;
    bool is_bad = place_write(fd, text, size, 0) != 0 || place_flush(fd) != 0;
    return close(fd) != 0 || is_bad;
}

static void this_boot(char out[TEXT_SIZE]) {
    if (read_text("/proc/sys/kernel/random/boot_id", out))
        memcpy(out, "unknown", sizeof "unknown");
}

enum boot_result boot_begin(struct boot *boot, const char *dir) {
    char before[TEXT_SIZE] = "", now[TEXT_SIZE];
    int size = snprintf(boot->path, sizeof boot->path, "%s/state", dir);
    if (size < 0 || (size_t)size >= sizeof boot->path)
        return BOOT_E_SYSTEM;
    this_boot(now);
    bool is_there = read_text(boot->path, before) == 0;
    if (is_there && strcmp(before, flushed) != 0 && strcmp(before, now) != 0)
        return BOOT_TORN;
    return write_text(boot->path, now) ? BOOT_E_SYSTEM : BOOT_OK;
}

void boot_end(const struct boot *boot) {
    write_text(boot->path, flushed);
}

/* ---- directories ---- */

static int join(char out[PATH_SIZE], const char *dir, const char *name) {
    int size = snprintf(out, PATH_SIZE, "%s%s", dir, name);
    return size < 0 || size >= PATH_SIZE;
}

static int remove_file(const char *dir, const char *name) {
    char path[PATH_SIZE];
    if (join(path, dir, name))
        return 1;
    return unlink(path) != 0 && errno != ENOENT;
}

int tables_remove(const char *dir) {
    if (remove_file(dir, "/data.mdb") || remove_file(dir, "/lock.mdb") ||
        remove_file(dir, "/state"))
        return 1;
    return rmdir(dir) != 0 && errno != ENOENT;
}

int tables_set_aside(const char *dir) {
    char aside[PATH_SIZE];
    if (join(aside, dir, ".aside") || tables_remove(aside))
        return 1;
    return rename(dir, aside) != 0;
}

/* One file holds an environment: a crash leaves either the old tables or the new ones. */
int tables_switch(const char *fresh, const char *live) {
    char from[PATH_SIZE], to[PATH_SIZE];
    if (join(from, fresh, "/data.mdb") || join(to, live, "/data.mdb"))
        return 1;
    return rename(from, to) != 0 || tables_remove(fresh);
}
