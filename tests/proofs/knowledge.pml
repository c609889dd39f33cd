/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a decision reads only knowledge that is whole and not freed, of a name that is not freed;
 *   whoever waits for an answer, as a thread or for a callback, is woken when it has been
 *   published and reads it then; a permitted client is allowed also if its name is forgotten or looked
 *   up again meanwhile; and a refusal rests on a count that has not changed only if it rests on the
 *   newest knowledge.
 * Sources: src/watcher.c src/claimed.c src/publisher.c src/waiters.c src/owners.c src/change_counts.c
 *   src/verify.c src/decision.c src/resolver.c src/schedule.c src/context.c src/basis.c
 * Assumes: 2 clients of one name, one that waits as a thread and one that is called back; DNS permits
 *   them in each answer, or in each but the first; the name is forgotten once and looked up again
 *   once; nobody has to make room; memory has one order. No time ends a wait: a wake-up that is lost
 *   is one for ever.
 * Limit: 60 s */

#define NONE 7
#define THREAD 0   /* the client that sleeps: watcher_wait() */
#define CALLBACK 1 /* the client that is called back: watcher_call() */

/* struct watcher */
bool lock, woken;

/* struct owner: two, for the name may be forgotten and come back. */
bool there[3];
byte knowledge[3] = NONE;
bool scheduled[3], in_flight[3];
byte table = NONE; /* the one that is found */
byte gone = NONE;

/* struct knowledge */
bool allocated[5], whole[5];
byte retired = NONE;

/* struct change_count of the name, and struct waiter */
byte count;
byte marks[2];
bool entered[2], due[2], asleep, signalled, called, news;

/* Who is in a section of RCU. */
bool reading[2];

bool begun, first_permits, allowed[2];
byte refused_by[2] = NONE;
byte forgotten, refreshed, made, published;

inline take_lock()
{
	atomic { !lock -> lock = true }
}

inline let_lock()
{
	lock = false
}

/* A grace period: until each has been outside once */
inline synchronize()
{
	!reading[THREAD];
	!reading[CALLBACK]
}

/* watcher_claim(), claimed_warm(), claimed_owner(): reads the count first. Known records are found without the lock. */
inline watcher_claim(me)
{
	marks[me] = count;
	owner = table;
	if
	:: owner != NONE && knowledge[owner] != NONE -> skip
	:: else ->
		take_lock();
		d_step {
			wake = false;
			owner = table;
			if
			:: owner == NONE ->
				owner = made; made++; there[owner] = true; table = owner
			:: else -> skip
			fi;
			if
			:: knowledge[owner] == NONE && !scheduled[owner] && !in_flight[owner] ->
				scheduled[owner] = true;
				wake = true
			:: else -> skip
			fi
		}
		let_lock();
		atomic {
			if
			:: wake -> woken = true
			:: else -> skip
			fi;
			wake = false
		}
	fi
}

/* verify_round(): under RCU. */
inline decide(me)
{
	reading[me] = true;
	watcher_claim(me);
	assert(there[owner]);
	known = knowledge[owner];
	if
	:: known != NONE ->
		assert(allocated[known] && whole[known]);
		skip;
		assert(allocated[known] && there[owner]);
		allowed[me] = known > 0 || first_permits;
		refused_by[me] = (allowed[me] -> NONE : known)
	:: else -> skip
	fi;
	d_step { known = NONE; owner = NONE; reading[me] = false }
}

active proctype thread()
{
	byte owner = NONE, known = NONE;
	bool wake;

	if
	:: first_permits = true
	:: skip
	fi;
	begun = true;
again:	do
	:: allowed[THREAD] -> break
	:: else ->
		decide(THREAD);
		if
		:: allowed[THREAD] -> break
		:: !allowed[THREAD] && refused_by[THREAD] != NONE -> goto end_refused
		:: else -> skip
		fi;
		/* watcher_wait(), enter(), waiters_enter() */
		atomic { take_lock(); entered[THREAD] = true }
		do
		:: count != marks[THREAD] -> break
		:: else ->
			/* waiters_sleep() */
			atomic { asleep = true; signalled = false; let_lock() }
			signalled;
			atomic { take_lock(); asleep = false }
		od;
		atomic { entered[THREAD] = false; let_lock() }
	od;
	goto done;

	/* dance_basis_holds(): a host remembers a refusal as long as that is so. */
end_refused:
	do
	:: count != marks[THREAD] -> refused_by[THREAD] = NONE; goto again
	:: atomic { count == marks[THREAD] && !lock && table != NONE && knowledge[table] != NONE ->
		assert(knowledge[table] == refused_by[THREAD]) }
	od;
done:	skip
}

active proctype callback()
{
	byte owner = NONE, known = NONE;
	bool wake;

	begun;
again:	do
	:: allowed[CALLBACK] -> break
	:: else ->
		decide(CALLBACK);
		if
		:: allowed[CALLBACK] -> break
		:: !allowed[CALLBACK] && refused_by[CALLBACK] != NONE -> goto end_refused
		:: else -> skip
		fi;
		/* watcher_call(), enter(), waiters_enter(), must_wake() */
		atomic {
		take_lock();
		called = false;
		if
		:: count != marks[CALLBACK] -> due[CALLBACK] = true
		:: else -> entered[CALLBACK] = true
		fi;
		if
		:: due[CALLBACK] -> woken = true
		:: else -> skip
		fi;
		let_lock()
		}
		called
	od;
	goto done;

	/* dance_basis_holds(): a host remembers a refusal as long as that is so. */
end_refused:
	do
	:: count != marks[CALLBACK] -> refused_by[CALLBACK] = NONE; goto again
	:: atomic { count == marks[CALLBACK] && !lock && table != NONE && knowledge[table] != NONE ->
		assert(knowledge[table] == refused_by[CALLBACK]) }
	od;
done:	skip
}

/* publisher_publish(), count_answer(), change_count_add(), publisher_retire() */
inline publish()
{
	d_step {
		owner = table;
		in_flight[owner] = false;
		before = knowledge[owner];
		after = published; published++;
		allocated[after] = true
	}
	whole[after] = true;
	knowledge[owner] = after;
	count++;
	d_step {
		retired = before;
		before = NONE; after = NONE; owner = NONE;
		news = true;
		let_lock()
	}
}

active proctype watcher()
{
	byte owner = NONE, before = NONE, after = NONE;

	do
	:: atomic {
		take_lock();
		/* waiters_tell(), look(), let_go() */
		if
		:: news ->
			news = false;
			if
			:: entered[THREAD] && count != marks[THREAD] ->
				entered[THREAD] = false;
				signalled = asleep
			:: else -> skip
			fi;
			if
			:: entered[CALLBACK] && count != marks[CALLBACK] ->
				entered[CALLBACK] = false;
				due[CALLBACK] = true
			:: else -> skip
			fi
		:: else -> skip
		fi;
		do
		:: due[CALLBACK] ->
			due[CALLBACK] = false;
			let_lock();
			called = true;
			take_lock()
		:: else -> break
		od;
		/* look_up_due(), look_up(), schedule_next() */
		if
		:: table != NONE && scheduled[table] ->
			scheduled[table] = false;
			in_flight[table] = true
		:: else -> skip
		fi;
		/* owners_collect() */
		if
		:: forgotten == 0 && table != NONE && !scheduled[table] && !in_flight[table] ->
			forgotten = 1;
			gone = table;
			table = NONE
		:: skip
		fi;
		let_lock()
		}
		/* tidy_up(), publisher_reclaim(), owners_take_gone(), owners_free_gone() */
		if
		:: retired != NONE || gone != NONE -> synchronize()
		:: else -> skip
		fi;
		d_step {
			if
			:: retired != NONE -> allocated[retired] = false; retired = NONE
			:: else -> skip
			fi;
			if
			:: gone != NONE ->
				there[gone] = false;
				if
				:: knowledge[gone] != NONE -> allocated[knowledge[gone]] = false
				:: else -> skip
				fi;
				gone = NONE
			:: else -> skip
			fi
		}
		/* resolver_wait(), resolver_wake(), waiters_pause() */
end:		if
		:: news
		:: woken -> woken = false
		/* schedule_again(): it is due again. */
		:: atomic { refreshed == 0 && table != NONE && knowledge[table] != NONE ->
			refreshed = 1; scheduled[table] = true }
		/* on_answer(), settle(), waiters_wake() */
		:: table != NONE && in_flight[table] ->
			take_lock();
			publish()
		fi
	od
}
