#define _GNU_SOURCE /* pwritev, readlink of descriptors */
#include "tests/faults/inject.h"

#include "common/base/ensure.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DROPS = 512, PATH = 256 };

static const struct refusal *armed_plan;
static struct inject *armed;

/* What is not flushed yet, to be taken back: only with FAULT_DROP. */
static pthread_mutex_t drop_lock = PTHREAD_MUTEX_INITIALIZER;
static struct dropped {
    int fd;
    off_t offset;
    size_t size;
    uint8_t *before;
} drops[DROPS];
static unsigned drop_count;

/* clang-format off: one line for each call that is wrapped */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *at, size_t size);
char *__real_strdup(const char *text);
int __real_posix_memalign(void **out, size_t align, size_t size);
ssize_t __real_write(int fd, const void *data, size_t size);
ssize_t __real_pwrite(int fd, const void *data, size_t size, off_t offset);
ssize_t __real_writev(int fd, const struct iovec *parts, int count);
ssize_t __real_pwritev(int fd, const struct iovec *parts, int count, off_t offset);
int __real_fdatasync(int fd);
int __real_fsync(int fd);
int __real_msync(void *at, size_t size, int flags);
int __real_open(const char *path, int flags, ...);
int __real_openat(int dir, const char *path, int flags, ...);
int __real_rename(const char *from, const char *to);
int __real_renameat(int a, const char *from, int b, const char *to);
int __real_ftruncate(int fd, off_t size);
void *__real_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);
int __real_eventfd(unsigned value, int flags);
int __real_pthread_create(pthread_t *out, const pthread_attr_t *a, void *(*run)(void *), void *arg);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
char *__wrap_strdup(const char *text);
int __wrap_posix_memalign(void **out, size_t align, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);
ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset);
ssize_t __wrap_writev(int fd, const struct iovec *parts, int count);
ssize_t __wrap_pwritev(int fd, const struct iovec *parts, int count, off_t offset);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __wrap_msync(void *at, size_t size, int flags);
int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...);
int __wrap_rename(const char *from, const char *to);
int __wrap_renameat(int a, const char *from, int b, const char *to);
int __wrap_ftruncate(int fd, off_t size);
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);
int __wrap_eventfd(unsigned value, int flags);
int __wrap_pthread_create(pthread_t *out, const pthread_attr_t *a, void *(*run)(void *), void *arg);
/* clang-format on */

void inject_arm(const struct refusal *plan, struct inject *state) {
    armed_plan = plan;
    armed = state;
}

void inject_disarm(void) {
    armed = NULL;
}

void inject_heal(void) {
    if (armed)
        armed->healed = true;
}

/* ---- which call fails ---- */

static void file_name(int fd, char out[PATH]) {
    char link[64], path[PATH];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = fd < 0 ? -1 : readlink(link, path, sizeof path - 1);
    path[n < 0 ? 0 : n] = 0;
    const char *slash = strrchr(path, '/');
    snprintf(out, PATH, "%s", slash ? slash + 1 : path);
}

static bool never_grows(const char *name) {
    return strcmp(name, "segment-0") == 0 || strcmp(name, "segment-1") == 0;
}

/* 0, or the fault that the call has to report. `name`: the file, where there is one. */
static int due(enum call call, const char *name) {
    const struct refusal *plan = armed_plan;
    if (!armed)
        return 0;
    unsigned index = armed->counts[call]++;
    if (!plan || plan->call != call)
        return 0;
    bool lasts = plan->fault == FAULT_FULL;
    if (lasts ? index < plan->index || armed->healed : index != plan->index)
        return 0;
    if (lasts && name && never_grows(name))
        return 0;
    armed->fired = true;
    if (name && (strncmp(name, "data.mdb", 8) == 0 || strncmp(name, "lock.mdb", 8) == 0))
        armed->in_lmdb = true;
    return plan->fault;
}

static int due_fd(enum call call, int fd) {
    char name[PATH];
    if (!armed)
        return 0;
    file_name(fd, name);
    return due(call, name);
}

static int due_path(enum call call, const char *path) {
    const char *slash = strrchr(path, '/');
    return due(call, slash ? slash + 1 : path);
}

static int refuse(int fault) {
    errno = fault == FAULT_FULL ? ENOSPC : fault == FAULT_DROP ? EIO : fault;
    return -1;
}

/* ---- memory ---- */

void *__wrap_malloc(size_t size) {
    return due(CALL_MALLOC, NULL) ? (refuse(ENOMEM), NULL) : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return due(CALL_CALLOC, NULL) ? (refuse(ENOMEM), NULL) : __real_calloc(count, size);
}

void *__wrap_realloc(void *at, size_t size) {
    return due(CALL_REALLOC, NULL) ? (refuse(ENOMEM), NULL) : __real_realloc(at, size);
}

char *__wrap_strdup(const char *text) {
    return due(CALL_STRDUP, NULL) ? (refuse(ENOMEM), NULL) : __real_strdup(text);
}

int __wrap_posix_memalign(void **out, size_t align, size_t size) {
    return due(CALL_ALIGNED, NULL) ? ENOMEM : __real_posix_memalign(out, align, size);
}

static void *openssl_malloc(size_t size, const char *file, int line) {
    (void)file, (void)line;
    return due(CALL_OPENSSL, NULL) ? NULL : __real_malloc(size);
}

static void *openssl_realloc(void *at, size_t size, const char *file, int line) {
    (void)file, (void)line;
    return due(CALL_OPENSSL, NULL) ? NULL : __real_realloc(at, size);
}

static void openssl_free(void *at, const char *file, int line) {
    (void)file, (void)line;
    free(at);
}

void inject_init(void) {
    ensure(CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) == 1);
}

/* ---- what was not flushed ---- */

static bool is_dropping(void) {
    return armed && armed_plan && armed_plan->fault == FAULT_DROP;
}

static void remember(int fd, size_t size, off_t offset) {
    if (!is_dropping())
        return;
    pthread_mutex_lock(&drop_lock);
    ensure(drop_count < DROPS);
    struct dropped *d = &drops[drop_count++];
    *d = (struct dropped){fd, offset, size, __real_calloc(1, size + 1)};
    char path[64]; /* again, because a log is often open for writing alone */
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int in = __real_open(path, O_RDONLY | O_CLOEXEC);
    ensure(d->before && in >= 0 && pread(in, d->before, size, offset) >= 0);
    close(in);
    pthread_mutex_unlock(&drop_lock);
}

static void flushed(int fd, bool failed) {
    unsigned kept = 0;
    if (!is_dropping())
        return;
    pthread_mutex_lock(&drop_lock);
    for (unsigned i = drop_count; failed && i-- > 0;)
        if (drops[i].fd == fd)
            ensure(__real_pwrite(fd, drops[i].before, drops[i].size, drops[i].offset) >= 0);
    for (unsigned i = 0; i < drop_count; i++) {
        if (drops[i].fd == fd)
            free(drops[i].before);
        else
            drops[kept++] = drops[i];
    }
    drop_count = kept;
    pthread_mutex_unlock(&drop_lock);
}

/* ---- files ---- */

ssize_t __wrap_write(int fd, const void *data, size_t size) {
    int fault = due_fd(CALL_WRITE, fd);
    remember(fd, size, lseek(fd, 0, SEEK_CUR));
    if (fault == FAULT_SHORT)
        return __real_write(fd, data, size / 2 + 1);
    return fault ? refuse(fault) : __real_write(fd, data, size);
}

ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset) {
    int fault = due_fd(CALL_PWRITE, fd);
    remember(fd, size, offset);
    if (fault == FAULT_SHORT)
        return __real_pwrite(fd, data, size / 2 + 1, offset);
    return fault ? refuse(fault) : __real_pwrite(fd, data, size, offset);
}

static size_t sum(const struct iovec *parts, int count) {
    size_t size = 0;
    for (int i = 0; i < count; i++)
        size += parts[i].iov_len;
    return size;
}

ssize_t __wrap_writev(int fd, const struct iovec *parts, int count) {
    int fault = due_fd(CALL_WRITEV, fd);
    remember(fd, sum(parts, count), lseek(fd, 0, SEEK_CUR));
    if (fault == FAULT_SHORT)
        return __real_write(fd, parts[0].iov_base, parts[0].iov_len / 2 + 1);
    return fault ? refuse(fault) : __real_writev(fd, parts, count);
}

ssize_t __wrap_pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    int fault = due_fd(CALL_PWRITEV, fd);
    remember(fd, sum(parts, count), offset);
    if (fault == FAULT_SHORT)
        return __real_pwrite(fd, parts[0].iov_base, parts[0].iov_len / 2 + 1, offset);
    return fault ? refuse(fault) : __real_pwritev(fd, parts, count, offset);
}

int __wrap_fdatasync(int fd) {
    int fault = due_fd(CALL_FDATASYNC, fd);
    flushed(fd, fault != 0);
    return fault ? refuse(fault) : __real_fdatasync(fd);
}

int __wrap_fsync(int fd) {
    int fault = due_fd(CALL_FSYNC, fd);
    flushed(fd, fault != 0);
    return fault ? refuse(fault) : __real_fsync(fd);
}

int __wrap_msync(void *at, size_t size, int flags) {
    int fault = due(CALL_MSYNC, NULL);
    return fault ? refuse(fault) : __real_msync(at, size, flags);
}

static int mode_of(int flags, va_list arguments) {
    return flags & O_CREAT ? va_arg(arguments, int) : 0;
}

int __wrap_open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = mode_of(flags, arguments), fault = due_path(CALL_OPEN, path);
    va_end(arguments);
    return fault ? refuse(fault) : __real_open(path, flags, mode);
}

int __wrap_openat(int dir, const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    int mode = mode_of(flags, arguments), fault = due_path(CALL_OPENAT, path);
    va_end(arguments);
    return fault ? refuse(fault) : __real_openat(dir, path, flags, mode);
}

int __wrap_rename(const char *from, const char *to) {
    int fault = due_path(CALL_RENAME, to);
    return fault ? refuse(fault) : __real_rename(from, to);
}

int __wrap_renameat(int a, const char *from, int b, const char *to) {
    int fault = due_path(CALL_RENAMEAT, to);
    return fault ? refuse(fault) : __real_renameat(a, from, b, to);
}

int __wrap_ftruncate(int fd, off_t size) {
    int fault = due_fd(CALL_FTRUNCATE, fd);
    return fault ? refuse(fault) : __real_ftruncate(fd, size);
}

void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    if (due_fd(CALL_MMAP, fd)) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return __real_mmap(at, size, protection, flags, fd, offset);
}

int __wrap_eventfd(unsigned value, int flags) {
    int fault = due(CALL_EVENTFD, NULL);
    return fault ? refuse(fault) : __real_eventfd(value, flags);
}

int __wrap_pthread_create(pthread_t *out, const pthread_attr_t *a, void *(*run)(void *),
                          void *arg) {
    return due(CALL_THREAD, NULL) ? EAGAIN : __real_pthread_create(out, a, run, arg);
}

const char *inject_call_name(enum call call) {
    static const char *const names[CALLS] = {
        "malloc", "calloc",  "realloc",        "strdup",  "posix_memalign", "OpenSSL's memory",
        "write",  "pwrite",  "writev",         "pwritev", "fdatasync",      "fsync",
        "msync",  "open",    "openat",         "rename",  "renameat",       "ftruncate",
        "mmap",   "eventfd", "pthread_create",
    };
    return names[call];
}

const char *inject_fault_name(int fault) {
    switch (fault) {
    case FAULT_SHORT:
        return "short write";
    case FAULT_DROP:
        return "EIO, pages dropped";
    case FAULT_FULL:
        return "disk full";
    default:
        return strerror(fault);
    }
}
