/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A sentence is said once for all that would say it at about the same time. */

#include <stdio.h>

#include "check.h"
#include "said.h"

static const char one[] = "\3one", two[] = "\3two";

static bool said(const void *listener, const char *speaker, const char *sentence)
{
	return said_lately(listener, speaker, 4, sentence);
}

static void others_need_not_say_it_and_the_same_one_says_it_again(void **state)
{
	(void)state;
	assert_false(said(one, one, "a sentence"));
	assert_true(said(one, two, "a sentence"));
	assert_true(said(one, two, "a sentence"));
	assert_false(said(one, one, "a sentence"));
	assert_true(said(one, two, "a sentence"));
}

static void another_listener_and_another_sentence_are_others(void **state)
{
	(void)state;
	assert_false(said(one, one, "a sentence for one"));
	assert_false(said(two, two, "a sentence for one"));
	assert_false(said(one, two, "a sentence for two"));
	assert_true(said(one, two, "a sentence for one"));
}

static void with_more_sentences_than_there_is_room_for_all_are_said(void **state)
{
	(void)state;
	char sentence[32];
	for (unsigned i = 0; i < 3 * SAID_MAX; i++) {
		snprintf(sentence, sizeof(sentence), "sentence %u", i);
		assert_false(said(one, one, sentence));
		assert_true(said(one, two, sentence));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_need_not_say_it_and_the_same_one_says_it_again),
		cmocka_unit_test(another_listener_and_another_sentence_are_others),
		cmocka_unit_test(with_more_sentences_than_there_is_room_for_all_are_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
