#ifndef COMMON_EVENTLOG_PLACE_H
#define COMMON_EVENTLOG_PLACE_H

/*
 * Files and directories in the ways durability asks for: whole writes, whole reads, replacement by
 * rename with both flushes, the owner's lock, and the file systems that cannot be trusted.
 */
#include "common/base/view.h"

enum {
    PLACE_SHORT = 1,   /* the file ends before the read does */
    PLACE_LOCKED,      /* somebody else owns the directory */
    PLACE_UNTRUSTED,   /* nfs, cifs, fuse and the like: locks and flushes mean nothing there */
    PLACE_OVERLAY,     /* a container's layer: works, but lives as long as the container */
};

/* Opens the directory, makes it (0700) when `make`; a descriptor or -errno. */
int place_open(const char *path, bool make);

/* Takes the owner's lock: a descriptor to keep until the end, -EWOULDBLOCK when it is taken. */
int place_lock(int dir_fd);

/* 0, PLACE_UNTRUSTED, PLACE_OVERLAY or -errno. */
int place_check(int dir_fd);

/* Bytes of the file system and those still free for us; 0 or -errno. */
int place_space(int dir_fd, uint64_t *all, uint64_t *free_bytes);

/* Flushes what was written; the second one without what only describes the file. 0 or -errno: then
 * nobody knows what is on the disk. */
int place_flush(int fd);
int place_flush_data(int fd);

/* All of it or -errno. */
int place_write(int fd, const void *data, size_t size, uint64_t offset);
int place_write_zeros(int fd, uint64_t offset, uint64_t size);

/* All of it, PLACE_SHORT or -errno. */
int place_read(int fd, void *data, size_t size, uint64_t offset);

/* Renames within the directory and flushes it; the file itself must be flushed before. */
int place_rename(int dir_fd, const char *from, const char *to);

/* Replaces or, with `exclusive`, creates a small file durably: 0 or -errno (-EEXIST). */
int place_put(int dir_fd, const char *name, const void *data, size_t size, bool exclusive);

/* Reads a small file; `size` is the room before and the length after. 0, PLACE_SHORT when it does
 * not fit, -errno. */
int place_get(int dir_fd, const char *name, void *data, size_t *size);

#endif
