#define _GNU_SOURCE /* SEEK_DATA */
#include "tests/faults/stage.h"

#include "common/base/ensure.h"
#include "common/eventlog/place.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A sparse file is as long as what was ever written in it. */
static size_t used(int fd) {
    off_t end = 0, data = 0;
    while ((data = lseek(fd, end, SEEK_DATA)) >= 0)
        end = lseek(fd, data, SEEK_HOLE);
    return (size_t)end;
}

static void take_one(struct stage *s, int dir_fd, const char *name) {
    int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
    ensure(fd >= 0 && s->count < STAGE_FILES && strlen(name) < STAGE_NAME);
    struct stage_file *f = &s->files[s->count++];
    memcpy(f->name, name, strlen(name) + 1);
    f->size = used(fd);
    f->data = malloc(f->size + 1);
    ensure(f->data && place_read(fd, f->data, f->size, 0) == 0);
    close(fd);
}

void stage_take(struct stage *s, int dir_fd) {
    DIR *dir = fdopendir(openat(dir_fd, ".", O_RDONLY | O_DIRECTORY));
    *s = (struct stage){.count = 0};
    ensure(dir != NULL);
    for (struct dirent *d; (d = readdir(dir)) != NULL;)
        if (d->d_name[0] != '.' && strncmp(d->d_name, "lock", 4) != 0)
            take_one(s, dir_fd, d->d_name);
    closedir(dir);
}

void stage_put(const struct stage *s, const char *dir) {
    int dir_fd = place_open(dir, true);
    ensure(dir_fd >= 0);
    for (unsigned i = 0; i < s->count; i++) {
        const struct stage_file *f = &s->files[i];
        int fd = openat(dir_fd, f->name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        ensure(fd >= 0 && place_write(fd, f->data, f->size, 0) == 0);
        close(fd);
    }
    close(dir_fd);
}

void stage_free(struct stage *s) {
    for (unsigned i = 0; i < s->count; i++)
        free(s->files[i].data);
    s->count = 0;
}

struct stage_file *stage_find(struct stage *s, const char *name) {
    for (unsigned i = 0; i < s->count; i++)
        if (strcmp(s->files[i].name, name) == 0)
            return &s->files[i];
    return NULL;
}

void stage_move(struct stage *to, struct stage *from, const char *name) {
    struct stage_file *a = stage_find(to, name), *b = stage_find(from, name);
    ensure(a && b);
    struct stage_file kept = *a;
    *a = *b;
    *b = kept;
}
