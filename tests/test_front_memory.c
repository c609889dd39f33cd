/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Threads that begin when there is no memory: what OpenSSL says of it has a place, and where
 * even that is used up, nothing is begun. */

#include "check.h"
#include "memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

static atomic_bool starving;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return atomic_load(&starving) ? NULL : __real_malloc(size);
}

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size)
{
	return atomic_load(&starving) ? NULL : __real_realloc(block, size);
}

/* Has this thread called OpenSSL about its errors? */
static _Thread_local bool called;

void __real_ERR_new(void);
void __wrap_ERR_new(void);
void __wrap_ERR_new(void)
{
	called = true;
	__real_ERR_new();
}

#define CROWD (8 * MEMORY_BEGINNERS)

static pthread_barrier_t all_begun, all_may_end;
static SSL_CTX *tls;

struct thread {
	pthread_t id;
	bool begun, told, called;
};

/* Is the thread told that there is no memory? */
static void want(struct thread *thread)
{
	thread->begun = memory_thread_begin();
	thread->called = called;
	if (thread->begun) {
		void *block = OPENSSL_malloc(100);
		thread->told = block == NULL &&
			ERR_GET_REASON(ERR_peek_error()) == ERR_R_MALLOC_FAILURE;
		ERR_clear_error();
		OPENSSL_free(block);
		SSL_free(SSL_new(tls));
		EVP_PKEY_CTX_free(EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, NULL));
		ERR_clear_error();
	}
}

static void *begin_alone(void *arg)
{
	want(arg);
	OPENSSL_thread_stop();
	return NULL;
}

static void *begin_with_others(void *arg)
{
	struct thread *thread = arg;
	want(thread);
	pthread_barrier_wait(&all_begun);
	pthread_barrier_wait(&all_may_end);
	OPENSSL_thread_stop();
	return NULL;
}

/* What is kept comes back, each time. */
static void a_thread_begins_without_memory(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3 * CROWD; i++) {
		struct thread thread = { 0 };
		atomic_store(&starving, true);
		/* glibc takes the thread's stack from elsewhere. */
		int error = pthread_create(&thread.id, NULL, begin_alone, &thread);
		if (error == 0) {
			pthread_join(thread.id, NULL);
		}
		atomic_store(&starving, false);
		assert_int_equal(error, 0);
		if (!thread.begun || !thread.told) {
			fail_msg("thread %u, begun %d, told %d", i, thread.begun,
				thread.told);
		}
	}
}

static bool begins_alone(void)
{
	struct thread thread = { 0 };
	if (pthread_create(&thread.id, NULL, begin_alone, &thread) != 0 ||
		pthread_join(thread.id, NULL) != 0) {
		abort();
	}
	return thread.begun;
}

/* As many threads begin as there are blocks for, and no others until there is memory again,
 * even while those go on. */
static void a_crowd_begins_as_far_as_there_is_memory(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 3; round++) {
		struct thread threads[CROWD] = { 0 };
		unsigned begun = 0, told = 0;
		pthread_barrier_init(&all_begun, NULL, CROWD + 1);
		pthread_barrier_init(&all_may_end, NULL, CROWD + 1);
		atomic_store(&starving, true);
		for (unsigned i = 0; i < CROWD; i++) {
			if (pthread_create(&threads[i].id, NULL, begin_with_others,
				    &threads[i]) != 0) {
				abort();
			}
		}
		pthread_barrier_wait(&all_begun);
		bool one_more = begins_alone();
		atomic_store(&starving, false);
		bool later = begins_alone();
		pthread_barrier_wait(&all_may_end);
		for (unsigned i = 0; i < CROWD; i++) {
			pthread_join(threads[i].id, NULL);
			begun += threads[i].begun;
			/* Without memory to say so in, OpenSSL is better left alone. */
			assert_int_equal(threads[i].called, threads[i].begun);
			told += threads[i].told;
		}
		pthread_barrier_destroy(&all_begun);
		pthread_barrier_destroy(&all_may_end);
		assert_false(one_more);
		assert_true(later);
		assert_true(begun >= MEMORY_BEGINNERS);
		assert_true(begun < CROWD);
		assert_int_equal(told, begun);
	}
}

static void otherwise_memory_is_the_systems(void **state)
{
	(void)state;
	unsigned char *block = OPENSSL_malloc(5000);
	assert_non_null(block);
	memset(block, 7, 5000);
	block = OPENSSL_realloc(block, 50000);
	assert_non_null(block);
	assert_int_equal(block[4999], 7);
	OPENSSL_free(block);
	OPENSSL_free(NULL);
	atomic_store(&starving, true);
	void *none = OPENSSL_malloc(1); /* what is kept is not for this */
	atomic_store(&starving, false);
	assert_null(none);
	ERR_clear_error();
}

static int make(void **state)
{
	(void)state;
	memory_settle();
	tls = SSL_CTX_new(TLS_method());
	return tls == NULL ? -1 : 0;
}

static int clear(void **state)
{
	(void)state;
	SSL_CTX_free(tls);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_begins_without_memory),
		cmocka_unit_test(a_crowd_begins_as_far_as_there_is_memory),
		cmocka_unit_test(otherwise_memory_is_the_systems),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
