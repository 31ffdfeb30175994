/*
 * ordering.cpp
 *	  An order in which the parts of a schema can be made.
 *
 * Parts wait until nothing that they need is missing.  A host additionally would
 * rather wait for what its parts need, so that they can be made with it; it gives up
 * waiting when nothing else is left to be made.
 */
#include "ordering.hpp"

#include <set>
#include <vector>

namespace tenancy
{

namespace
{

using Part = uint32_t;
using PartList = std::vector<Part, Allocator<Part>>;
using PartSet = std::set<Part, std::less<Part>, Allocator<Part>>;

/* Lists of parts, one for each part, in one block: those of part i begin at starts[i]. */
class Index
{
public:
	Index(std::size_t count, Memory &memory)
		: starts_(count + 1, 0, Allocator<Part>(memory)), members_(Allocator<Part>(memory))
	{
	}

	/* First pass: announces a member. */
	void count(Part list)
	{
		starts_[list + 1]++;
	}

	/* Between the passes. */
	void allocate()
	{
		for (std::size_t i = 1; i < starts_.size(); i++)
			starts_[i] += starts_[i - 1];
		members_.resize(starts_.back());
	}

	/* Second pass: adds the member; fills is what tells how full each list is. */
	void add(Part list, Part member, PartList &fills)
	{
		members_[starts_[list] + fills[list]++] = member;
	}

	const Part *begin(Part list) const
	{
		return members_.data() + starts_[list];
	}

	const Part *end(Part list) const
	{
		return members_.data() + starts_[list + 1];
	}

private:
	PartList starts_;
	PartList members_;
};

/* The ordering under way. */
class Ordering
{
public:
	Ordering(const uint32_t *hosts, std::size_t count, const TenancyNeed *needs, std::size_t need_count,
			 TenancyOrderedPart *ordered, Memory &memory)
		: hosts_(hosts), count_(count), ordered_(ordered), dependents_(count, memory), wishers_(count, memory),
		  parts_(count, memory), missing_(count, 0, Allocator<Part>(memory)),
		  wishes_(count, 0, Allocator<Part>(memory)), done_(count, 0, Allocator<char>(memory)),
		  ready_(std::less<Part>(), Allocator<Part>(memory)), waiting_(std::less<Part>(), Allocator<Part>(memory))
	{
		index(needs, need_count, memory);
	}

	/* Puts all parts in order; returns how many. */
	std::size_t run()
	{
		for (Part part = 0; part < count_; part++)
			if (missing_[part] == 0)
				offer(part);
		while (!ready_.empty() || !waiting_.empty())
		{
			PartSet &from = ready_.empty() ? waiting_ : ready_;
			Part part = *from.begin();

			from.erase(from.begin());
			if (!done_[part])
				make(part, false);
		}
		return made_;
	}

private:
	/* Whether a host would rather see this part made first. */
	bool is_wish(const TenancyNeed &need) const
	{
		Part host = hosts_[need.part];

		return host != TENANCY_NO_HOST && need.needs != host && hosts_[need.needs] != host;
	}

	/* Turns the list of needs round. */
	void index(const TenancyNeed *needs, std::size_t need_count, Memory &memory)
	{
		PartList dependents(count_, 0, Allocator<Part>(memory));
		PartList wishers(count_, 0, Allocator<Part>(memory));
		PartList parts(count_, 0, Allocator<Part>(memory));

		for (std::size_t i = 0; i < need_count; i++)
		{
			dependents_.count(needs[i].needs);
			if (is_wish(needs[i]))
				wishers_.count(needs[i].needs);
		}
		for (Part part = 0; part < count_; part++)
			if (hosts_[part] != TENANCY_NO_HOST)
			{
				parts_.count(hosts_[part]);
				dependents_.count(hosts_[part]);
			}
		dependents_.allocate();
		wishers_.allocate();
		parts_.allocate();
		for (std::size_t i = 0; i < need_count; i++)
		{
			dependents_.add(needs[i].needs, needs[i].part, dependents);
			missing_[needs[i].part]++;
			if (is_wish(needs[i]))
			{
				wishers_.add(needs[i].needs, hosts_[needs[i].part], wishers);
				wishes_[hosts_[needs[i].part]]++;
			}
		}
		for (Part part = 0; part < count_; part++)
			if (hosts_[part] != TENANCY_NO_HOST)
			{
				parts_.add(hosts_[part], part, parts);
				dependents_.add(hosts_[part], part, dependents);
				missing_[part]++;
			}
	}

	/* A part of which nothing is missing goes where its wishes say. */
	void offer(Part part)
	{
		(wishes_[part] == 0 ? ready_ : waiting_).insert(part);
	}

	/* Notes that a part is made, and with it the parts that now can be made by the same statement. */
	void make(Part part, bool inlined)
	{
		ordered_[made_].part = part;
		ordered_[made_].inlined = inlined;
		made_++;
		done_[part] = 1;
		for (const Part *wisher = wishers_.begin(part); wisher != wishers_.end(part); wisher++)
			if (--wishes_[*wisher] == 0 && waiting_.erase(*wisher) > 0)
				ready_.insert(*wisher);
		for (const Part *dependent = dependents_.begin(part); dependent != dependents_.end(part); dependent++)
			if (--missing_[*dependent] == 0)
				offer(*dependent);
		if (hosts_[part] == TENANCY_NO_HOST)
			make_parts(part);
	}

	/* Makes what a host's statement can make; one part may need another of the same host. */
	void make_parts(Part host)
	{
		bool again = true;

		while (again)
		{
			again = false;
			for (const Part *part = parts_.begin(host); part != parts_.end(host); part++)
				if (!done_[*part] && missing_[*part] == 0)
				{
					ready_.erase(*part);
					waiting_.erase(*part);
					make(*part, true);
					again = true;
				}
		}
	}

	const uint32_t *hosts_;
	std::size_t count_;
	TenancyOrderedPart *ordered_;
	std::size_t made_ = 0;
	Index dependents_; /* who needs a part */
	Index wishers_;	   /* hosts that would rather see a part made before themselves */
	Index parts_;	   /* parts of a host */
	PartList missing_; /* how many of a part's needs are not made yet */
	PartList wishes_;  /* how many of a host's wishes are not made yet */
	std::vector<char, Allocator<char>> done_;
	PartSet ready_;
	PartSet waiting_;
};

} // namespace

std::size_t
order_parts(const uint32_t *hosts, std::size_t count, const TenancyNeed *needs, std::size_t need_count,
			TenancyOrderedPart *ordered, Memory &memory)
{
	return Ordering(hosts, count, needs, need_count, ordered, memory).run();
}

} // namespace tenancy
