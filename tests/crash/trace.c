#define _GNU_SOURCE /* O_DSYNC, writev */
#include "tests/crash/trace.h"

#include "common/base/ensure.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DESCRIPTORS = 1024, NO_FILE = 0, DIRECTORY = 1 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct trace *active;

/* Which file a descriptor is (0 none, 1 the directory), and which name means which file now. */
static struct {
    unsigned file;
    bool dsync;
} descriptors[DESCRIPTORS];
static char names[TRACE_FILES][TRACE_NAME];
static unsigned files;

int __real_open(const char *path, int flags, ...);
int __real_openat(int dir, const char *path, int flags, ...);
int __real_close(int fd);
int __real_renameat(int a, const char *from, int b, const char *to);
ssize_t __real_write(int fd, const void *data, size_t size);
ssize_t __real_pwrite(int fd, const void *data, size_t size, off_t offset);
ssize_t __real_writev(int fd, const struct iovec *parts, int count);
int __real_fdatasync(int fd);
int __real_fsync(int fd);
int __real_ftruncate(int fd, off_t size);
int __real_msync(void *at, size_t size, int flags);

int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_renameat(int a, const char *from, int b, const char *to);
ssize_t __wrap_write(int fd, const void *data, size_t size);
ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset);
ssize_t __wrap_writev(int fd, const struct iovec *parts, int count);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __wrap_ftruncate(int fd, off_t size);
int __wrap_msync(void *at, size_t size, int flags);

static void name_set(char out[TRACE_NAME], const char *name) {
    size_t size = strlen(name);
    ensure(size < TRACE_NAME);
    memcpy(out, name, size + 1);
}

static struct trace_event *trace_add(enum trace_kind kind, unsigned file) {
    ensure(active->count < TRACE_EVENTS);
    struct trace_event *e = &active->events[active->count++];
    *e = (struct trace_event){.kind = kind, .file = file};
    return e;
}

/* Locks and LMDB's reader table are made anew at every start and are no part of what is kept. */
static bool is_kept(const char *name) {
    return strcmp(name, "lock") != 0 && strcmp(name, "lock.mdb") != 0 &&
           strcmp(name, "data.mdb.new-lock") != 0;
}

static unsigned file_of(const char *name) {
    for (unsigned i = DIRECTORY + 1; i < files; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return NO_FILE;
}

static unsigned file_add(const char *name) {
    ensure(files < TRACE_FILES);
    name_set(names[files], name);
    return files++;
}

static void base_add(struct trace *t, int dir_fd, const char *name) {
    struct trace_file *f = &t->base[t->base_count++];
    struct stat st;
    int fd = __real_openat(dir_fd, name, O_RDONLY);
    ensure(fd >= 0 && fstat(fd, &st) == 0 && t->base_count < 16);
    name_set(f->name, name);
    f->size = (size_t)st.st_size;
    f->data = malloc(f->size + 1);
    ensure(pread(fd, f->data, f->size, 0) == st.st_size);
    __real_close(fd);
    file_add(name);
}

void trace_begin(struct trace *t, int dir_fd) {
    *t = (struct trace){.events = calloc(TRACE_EVENTS, sizeof(struct trace_event))};
    files = DIRECTORY + 1;
    memset(descriptors, 0, sizeof descriptors);
    int copy = __real_openat(dir_fd, ".", O_RDONLY | O_DIRECTORY);
    DIR *dir = fdopendir(copy);
    ensure(dir != NULL && t->events != NULL);
    for (struct dirent *d; (d = readdir(dir)) != NULL;)
        if (d->d_name[0] != '.' && is_kept(d->d_name))
            base_add(t, dir_fd, d->d_name);
    closedir(dir);
    active = t;
}

void trace_end(void) {
    active = NULL;
}

void trace_free(struct trace *t) {
    for (size_t i = 0; i < t->count; i++)
        free(t->events[i].data);
    for (unsigned i = 0; i < t->base_count; i++)
        free(t->base[i].data);
    free(t->events);
}

void trace_mark(enum trace_kind kind, uint64_t position) {
    pthread_mutex_lock(&lock);
    trace_add(kind, NO_FILE)->position = position;
    pthread_mutex_unlock(&lock);
}

static void note_open(int fd, const char *path, int flags) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (fd < 0 || fd >= DESCRIPTORS)
        return;
    descriptors[fd].file = NO_FILE;
    descriptors[fd].dsync = (flags & O_DSYNC) != 0;
    if (flags & O_DIRECTORY)
        descriptors[fd].file = DIRECTORY;
    else if (is_kept(name) && strncmp(path, "/dev", 4) != 0 && strncmp(path, "/sys", 4) != 0)
        descriptors[fd].file = file_of(name);
    if (descriptors[fd].file != NO_FILE || !(flags & O_CREAT) || !is_kept(name))
        return;
    unsigned file = descriptors[fd].file = file_add(name);
    name_set(trace_add(TRACE_CREATE, file)->name, name);
}

static int mode_of(int flags, va_list arguments) {
    return flags & O_CREAT ? va_arg(arguments, int) : 0;
}

int __wrap_open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = mode_of(flags, arguments);
    va_end(arguments);
    pthread_mutex_lock(&lock);
    int fd = __real_open(path, flags, mode);
    if (active)
        note_open(fd, path, flags);
    pthread_mutex_unlock(&lock);
    return fd;
}

int __wrap_openat(int dir, const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = mode_of(flags, arguments);
    va_end(arguments);
    pthread_mutex_lock(&lock);
    int fd = __real_openat(dir, path, flags, mode);
    if (active)
        note_open(fd, path, flags);
    pthread_mutex_unlock(&lock);
    return fd;
}

int __wrap_close(int fd) {
    pthread_mutex_lock(&lock);
    if (fd >= 0 && fd < DESCRIPTORS)
        descriptors[fd].file = NO_FILE;
    int r = __real_close(fd);
    pthread_mutex_unlock(&lock);
    return r;
}

int __wrap_renameat(int a, const char *from, int b, const char *to) {
    pthread_mutex_lock(&lock);
    int r = __real_renameat(a, from, b, to);
    if (active && r == 0) {
        unsigned file = file_of(from), old = file_of(to);
        if (old != NO_FILE)
            names[old][0] = 0;
        name_set(names[file], to);
        struct trace_event *e = trace_add(TRACE_RENAME, file);
        name_set(e->name, to);
        name_set(e->from, from);
    }
    pthread_mutex_unlock(&lock);
    return r;
}

static bool is_traced(int fd) {
    return active && fd >= 0 && fd < DESCRIPTORS && descriptors[fd].file != NO_FILE;
}

static void note_write(int fd, const void *data, size_t size, off_t offset) {
    struct trace_event *e = trace_add(TRACE_WRITE, descriptors[fd].file);
    e->dsync = descriptors[fd].dsync;
    e->offset = (uint64_t)offset;
    e->size = size;
    e->data = malloc(size + 1);
    memcpy(e->data, data, size);
    active->bytes += size;
}

ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset) {
    pthread_mutex_lock(&lock);
    ssize_t n = __real_pwrite(fd, data, size, offset);
    if (n > 0 && is_traced(fd))
        note_write(fd, data, (size_t)n, offset);
    pthread_mutex_unlock(&lock);
    return n;
}

ssize_t __wrap_write(int fd, const void *data, size_t size) {
    pthread_mutex_lock(&lock);
    off_t offset = is_traced(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t n = __real_write(fd, data, size);
    if (n > 0 && is_traced(fd))
        note_write(fd, data, (size_t)n, offset);
    pthread_mutex_unlock(&lock);
    return n;
}

ssize_t __wrap_writev(int fd, const struct iovec *parts, int count) {
    pthread_mutex_lock(&lock);
    off_t offset = is_traced(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t n = __real_writev(fd, parts, count), left = n;
    for (int i = 0; left > 0 && i < count && is_traced(fd); i++) {
        size_t size = (size_t)left < parts[i].iov_len ? (size_t)left : parts[i].iov_len;
        note_write(fd, parts[i].iov_base, size, offset);
        offset += (off_t)size;
        left -= (ssize_t)size;
    }
    pthread_mutex_unlock(&lock);
    return n;
}

static void note_sync(int fd) {
    if (is_traced(fd))
        trace_add(descriptors[fd].file == DIRECTORY ? TRACE_SYNC_DIR : TRACE_SYNC,
                  descriptors[fd].file);
}

int __wrap_fdatasync(int fd) {
    pthread_mutex_lock(&lock);
    int r = __real_fdatasync(fd);
    if (r == 0)
        note_sync(fd);
    pthread_mutex_unlock(&lock);
    return r;
}

int __wrap_fsync(int fd) {
    pthread_mutex_lock(&lock);
    int r = __real_fsync(fd);
    if (r == 0)
        note_sync(fd);
    pthread_mutex_unlock(&lock);
    return r;
}

/* The log and LMDB in its default mode do neither with a file that is kept; if that changes, the
 * enumeration has to learn it first. */
int __wrap_ftruncate(int fd, off_t size) {
    ensure(!is_traced(fd));
    return __real_ftruncate(fd, size);
}

int __wrap_msync(void *at, size_t size, int flags) {
    ensure(!active);
    return __real_msync(at, size, flags);
}
