/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * libuv's loop in a thread, and the queue of the calls that other threads post. */

#include "loop.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "buffers.h"
#include "memory.h"
#include "thread.h"

#define TELL_AT_ONCE 32 /* members, before sockets have their turn */

struct loop {
	uv_loop_t uv;
	uv_async_t async;
	pthread_t thread;
	struct buffers buffers;
	atomic_uint load;
	struct loop_call room; /* makes room for: */
	atomic_uint descriptors;
	TAILQ_HEAD(, loop_member) members; /* those that were told last are the last */
	struct loop_call telling;
	atomic_uint telling_of; /* how often there was something to tell */
	struct loop_call answering;
	atomic_bool asked;    /* and has not answered yet */
	bool begun, failed;   /* the thread, when it is waited for */
	pthread_mutex_t lock; /* of what follows, and of `posted` and `link` of calls */
	pthread_cond_t changed;
	TAILQ_HEAD(, loop_call) calls;
	size_t count; /* of these */
	bool ends;
};

uv_loop_t *loop_uv(struct loop *loop)
{
	return &loop->uv;
}

struct buffers *loop_buffers(struct loop *loop)
{
	return &loop->buffers;
}

atomic_uint *loop_load(struct loop *loop)
{
	return &loop->load;
}

/* The caller holds the lock. */
static void remove_call(struct loop *loop, struct loop_call *call)
{
	TAILQ_REMOVE(&loop->calls, call, link);
	loop->count--;
	call->posted = false;
}

/* Takes the next call, unless there is none, and copies what is to be run. */
static bool take_call(struct loop *loop, struct loop_call *copy)
{
	pthread_mutex_lock(&loop->lock);
	struct loop_call *call = TAILQ_FIRST(&loop->calls);
	if (call != NULL) {
		remove_call(loop, call);
		*copy = *call;
	}
	pthread_mutex_unlock(&loop->lock);
	return call != NULL;
}

/* Runs as many as wait now: what is posted meanwhile has its turn after the sockets, and wakes
 * the loop once more itself. */
static void run_calls(uv_async_t *async)
{
	struct loop *loop = async->data;
	pthread_mutex_lock(&loop->lock);
	size_t left = loop->count;
	bool ends = loop->ends;
	pthread_mutex_unlock(&loop->lock);
	struct loop_call call;
	while (left-- > 0 && take_call(loop, &call)) {
		call.run(call.arg);
	}
	pthread_mutex_lock(&loop->lock);
	bool over = ends && loop->count == 0;
	pthread_mutex_unlock(&loop->lock);
	if (over) {
		uv_close((uv_handle_t *)&loop->async, NULL);
	}
}

static void free_handle(uv_handle_t *handle)
{
	free(handle);
}

/* libuv keeps a table by the numbers of descriptors, and grows it when it has to watch a
 * larger one than before. */
static bool grow(struct loop *loop, unsigned descriptors)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
		return false;
	}
	int high = fcntl(ends[0], F_DUPFD_CLOEXEC, (int)descriptors - 1);
	uv_poll_t *poll = malloc(sizeof(*poll));
	bool fine = poll != NULL &&
		uv_poll_init(&loop->uv, poll, high >= 0 ? high : ends[0]) == 0;
	if (fine) {
		(void)uv_poll_start(poll, UV_READABLE, NULL);
		uv_close((uv_handle_t *)poll, free_handle);
	} else {
		free(poll);
	}
	if (high >= 0) {
		close(high);
	}
	close(ends[0]);
	close(ends[1]);
	return fine;
}

static void make_room(void *arg)
{
	struct loop *loop = arg;
	(void)grow(loop, atomic_load(&loop->descriptors));
}

void loop_make_room(struct loop *loop, unsigned descriptors)
{
	if (descriptors > atomic_load(&loop->descriptors)) {
		atomic_store(&loop->descriptors, descriptors);
		loop_post(&loop->room);
	}
}

void loop_join(struct loop_member *member)
{
	member->told = atomic_load(&member->loop->telling_of);
	TAILQ_INSERT_TAIL(&member->loop->members, member, link);
}

void loop_part(struct loop_member *member)
{
	TAILQ_REMOVE(&member->loop->members, member, link);
}

static void tell_some(void *arg)
{
	struct loop *loop = arg;
	struct loop_member *member;
	unsigned now = atomic_load(&loop->telling_of);
	for (unsigned i = 0; i < TELL_AT_ONCE; i++) {
		member = TAILQ_FIRST(&loop->members);
		if (member == NULL || member->told == now) {
			return;
		}
		TAILQ_REMOVE(&loop->members, member, link);
		TAILQ_INSERT_TAIL(&loop->members, member, link);
		member->told = now;
		member->tell(member->arg);
	}
	loop_post(&loop->telling);
}

void loop_tell(struct loop *loop)
{
	atomic_fetch_add(&loop->telling_of, 1);
	loop_post(&loop->telling);
}

static void answer(void *arg)
{
	struct loop *loop = arg;
	atomic_store(&loop->asked, false);
}

bool loop_answers(struct loop *loop)
{
	bool answered = !atomic_exchange(&loop->asked, true);
	if (answered) {
		loop_post(&loop->answering);
	}
	return answered;
}

static void *serve(void *arg)
{
	struct loop *loop = arg;
	bool fine = memory_thread_begin();
	pthread_mutex_lock(&loop->lock);
	loop->begun = true;
	loop->failed = !fine;
	pthread_cond_signal(&loop->changed);
	pthread_mutex_unlock(&loop->lock);
	if (fine) {
		(void)uv_run(&loop->uv, UV_RUN_DEFAULT);
	}
	OPENSSL_thread_stop();
	return NULL;
}

static bool start_thread(struct loop *loop)
{
	bool started = thread_start(&loop->thread, serve, loop);
	pthread_mutex_lock(&loop->lock);
	while (started && !loop->begun) {
		pthread_cond_wait(&loop->changed, &loop->lock);
	}
	pthread_mutex_unlock(&loop->lock);
	if (started && loop->failed) {
		(void)pthread_join(loop->thread, NULL);
	}
	return started && !loop->failed;
}

/* What libuv still has to close, it closes now. */
static void clear(struct loop *loop)
{
	(void)uv_run(&loop->uv, UV_RUN_DEFAULT);
	(void)uv_loop_close(&loop->uv);
	buffers_clear(&loop->buffers);
	pthread_cond_destroy(&loop->changed);
	pthread_mutex_destroy(&loop->lock);
	free(loop);
}

struct loop *loop_new(unsigned descriptors)
{
	struct loop *loop = calloc(1, sizeof(*loop));
	if (loop == NULL || uv_loop_init(&loop->uv) != 0) {
		free(loop);
		return NULL;
	}
	pthread_mutex_init(&loop->lock, NULL);
	pthread_cond_init(&loop->changed, NULL);
	TAILQ_INIT(&loop->calls);
	loop->room = (struct loop_call){ .loop = loop, .run = make_room, .arg = loop };
	TAILQ_INIT(&loop->members);
	loop->telling = (struct loop_call){ .loop = loop, .run = tell_some, .arg = loop };
	loop->answering = (struct loop_call){ .loop = loop, .run = answer, .arg = loop };
	loop->descriptors = descriptors;
	if (uv_async_init(&loop->uv, &loop->async, run_calls) != 0) {
		clear(loop);
		return NULL;
	}
	loop->async.data = loop;
	if (!grow(loop, descriptors) || !start_thread(loop)) {
		uv_close((uv_handle_t *)&loop->async, NULL);
		clear(loop);
		return NULL;
	}
	return loop;
}

void loop_free(struct loop *loop)
{
	if (loop == NULL) {
		return;
	}
	pthread_mutex_lock(&loop->lock);
	loop->ends = true;
	pthread_mutex_unlock(&loop->lock);
	uv_async_send(&loop->async);
	(void)pthread_join(loop->thread, NULL);
	clear(loop);
}

void loop_post(struct loop_call *call)
{
	struct loop *loop = call->loop;
	pthread_mutex_lock(&loop->lock);
	bool posted = call->posted;
	if (!posted) {
		call->posted = true;
		TAILQ_INSERT_TAIL(&loop->calls, call, link);
		loop->count++;
	}
	pthread_mutex_unlock(&loop->lock);
	/* The call may be gone by now; the loop is not. */
	if (!posted) {
		uv_async_send(&loop->async);
	}
}

void loop_cancel(struct loop_call *call)
{
	struct loop *loop = call->loop;
	pthread_mutex_lock(&loop->lock);
	if (call->posted) {
		remove_call(loop, call);
	}
	pthread_mutex_unlock(&loop->lock);
}
