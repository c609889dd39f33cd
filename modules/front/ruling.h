/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Decisions about a front's client on its loop, one at a time, each by the runtime that is in
 * force when it ends. What may take long is done in another thread. Knows nothing of what is
 * decided for. Only in the loop's thread. */

#pragma once

#include <stdbool.h>

#include "connection.h"
#include "errand.h"
#include "judgement.h"

struct ruling {
	struct connection *connection;
	struct errand errand;               /* of a round of a decision, or: */
	void (*work)(void *arg, bool able); /* what its owner has sent it for */
	void *work_arg;
	void (*done)(void *arg); /* the errand is back */
	void (*tell)(void *arg); /* there are news */
	void *arg;               /* of these two */
	struct judgement judgement;
	struct dance_result *result; /* of a decision that counts now, or is made; or NULL */
	struct loop_call news;       /* DNS may have said something that decides */
	bool has_news;               /* that has not been looked at */
	bool is_under_way;
	struct runtime *runtime; /* decides, or has decided; NULL: the connection's */
	struct front *front;     /* of this; NULL: it has none of this id any more */
};

enum ruling_status {
	RULING_OUT_OF_MEMORY = 0,
	RULING_UNDECIDED, /* ruling_decide() is to be called again after `done` or `news` */
	RULING_DECIDED, /* `result` and `front` say how; without a front there is no verdict */
};

/* `done` is called when the errand is back, `news` for DNS: both with `arg`. */
void ruling_begin(struct ruling *ruling, struct connection *connection,
	void (*done)(void *arg), void (*news)(void *arg), void *arg);

/* Decides, or goes on with it. Other threads do what may take long, before other jobs if it is
 * `urgent`. A reload that has come meanwhile counts. */
enum ruling_status ruling_decide(struct ruling *ruling, bool urgent);

/* A result for a decision that the owner makes. False when out of memory. */
bool ruling_begin_result(struct ruling *ruling);

/* Sends the errand: a thread that may wait calls `work`, as for a job. */
void ruling_send(struct ruling *ruling, void (*work)(void *arg, bool able), void *arg,
	bool urgent);

/* Sends it for another round of that decision. */
void ruling_send_round(struct ruling *ruling, bool urgent);

/* The result is not needed any more; nor what has decided, unless it is to be kept until
 * ruling_forget(). */
void ruling_end_result(struct ruling *ruling);
void ruling_forget(struct ruling *ruling);

/* What has decided is the connection's runtime and front from now on: an older runtime need not
 * stay for it. */
void ruling_adopt(struct ruling *ruling);

/* The runtime in force is another than the one that has decided? */
bool ruling_is_outdated(const struct ruling *ruling);

/* Of which the errand is back. */
void ruling_clear(struct ruling *ruling);
