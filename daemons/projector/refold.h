#ifndef DAEMONS_PROJECTOR_REFOLD_H
#define DAEMONS_PROJECTOR_REFOLD_H

/* One stream once more, from all its entries with voids and corrections applied. */
#include "daemons/projector/fold.h"

/* All entries of a stream up to a position, oldest first; lent for the call. FOLD_E_SOURCE unless
 * they are that stream's, each version from the first on. */
typedef void history_fn(void *context, const struct record *records,
                        const struct history_entry *entries, size_t count);

enum fold_result read_history(const struct source *source, struct stream stream,
                              struct history_limit limit, uint64_t upto, history_fn *tell,
                              void *context);

/* Replaces the facts by what the stream's entries up to position `upto` make of them; as they were
 * when the log cannot be read. Raises `newest_day` to the latest day of an entry that counts. */
enum fold_result refold(const struct source *source, struct history_limit limit, uint64_t upto,
                        struct dossier *dossier, civil_day *newest_day);

/* Is the entry known at the limit? What is not is void for history_apply as well. */
bool is_known_entry(const struct record *record, struct history_limit limit);

#endif
