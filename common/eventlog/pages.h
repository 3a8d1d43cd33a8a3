#ifndef COMMON_EVENTLOG_PAGES_H
#define COMMON_EVENTLOG_PAGES_H

/*
 * LMDB has no checksums and believes its pages: one changed bit in the head of a page makes it
 * crash, loop, or overwrite records with the next commit. So no daemon lets LMDB at a file before
 * every page that LMDB would follow has been looked at here, by code that believes nothing: which
 * meta page is valid, that each tree is one (depth, counts, order of keys), that the nodes of each
 * page tile it exactly, and that no page is used twice or is free and used.
 *
 * What the values say is not looked at: the Merkle tree does that for the records. Pages must not
 * change meanwhile: the caller holds the owner's lock.
 */
#include "common/base/view.h"

enum { PAGES_DAMAGED = 1 };

/* 0; PAGES_DAMAGED, `page` says where; -errno (-ENOENT: no such file). */
int pages_check(int dir_fd, const char *name, uint64_t *page);

#endif
