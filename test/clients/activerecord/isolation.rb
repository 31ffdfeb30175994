# What run calls, once the tenants are there. Prints TAP.
require 'fileutils'
require 'open3'

EXAMPLE = "#{ENV.fetch('TENANCY_SRC')}/examples/activerecord".freeze
require "#{EXAMPLE}/tenant"

class Invoice < ActiveRecord::Base
end

@count = 0
@failed = false

# Tests that two values are equal.
def same(got, expected, name)
  good = got == expected
  @failed ||= !good
  puts "#{good ? 'ok' : 'not ok'} #{@count += 1} - #{name}"
  puts "# got      #{got.inspect}\n# expected #{expected.inspect}" unless good
end

# Tests that a block fails with a SQLSTATE.
def refused(sqlstate, name)
  result = yield
  same("not refused: #{result.inspect}", sqlstate, name)
rescue ActiveRecord::StatementInvalid => e
  same(e.cause.result.error_field(PG::PG_DIAG_SQLSTATE), sqlstate, name)
end

# Connects to the server anew, by a pool.
def connect(size, **more)
  ActiveRecord::Base.establish_connection(adapter: 'postgresql', username: 'app', pool: size, checkout_timeout: 30, **more)
end

# Returns the first column of a query's rows.
def run(sql)
  ActiveRecord::Base.connection.select_values(sql)
end

# Tests that the connection serves nobody.
def unbound(name)
  same(run("SELECT coalesce(tenancy.current_tenant(), 'no tenant') || ' ' || current_user"), ['no tenant app'], "unbound #{name}")
end

connect(1)
Tenant.with('acme') { Invoice.columns }
random = Random.new(1)
wrong = []
processes = []
statements = []
40.times do
  slug = %w[acme globex].sample(random: random)
  Tenant.with(slug) do
    titles = [Invoice.distinct.pluck(:title), Invoice.find_by(id: 1)&.title]
    wrong << [slug, titles] unless titles == [[slug], slug]
    processes |= run('SELECT pg_backend_pid()')
    statements |= run("SELECT name FROM pg_prepared_statements WHERE statement LIKE '%WHERE \"invoices\".\"id\"%'")
  end
end
same(wrong, [], 'tenants that take turns see their own rows')
same(processes.size, 1, 'on one connection')
same(statements.size, 1, 'by one prepared statement')

there = 'SELECT * FROM tenant_globex.invoices'
refused('42501', "another tenant's schema is refused") { Tenant.with('acme') { run(there) } }
unbound('after that')
refused('42501', "another tenant's table is not written") do
  Tenant.with('acme') { run("INSERT INTO tenant_globex.invoices (title) VALUES ('acme') RETURNING id") }
end
refused('42704', 'unknown tenant') { Tenant.with('nobody') { 'entered' } }
refused('55000', 'suspended tenant') { Tenant.with('initech') { 'entered' } }
["acme'; DROP TABLE invoices; --", "acme\\'; COMMIT; --", 'ACME', 'a b'].each do |slug|
  refused('22023', "#{slug} is no slug") { Tenant.with(slug) { 'entered' } }
end
['', nil].each do |nobody|
  refused('42P01', "#{nobody.inspect} binds nobody") { Tenant.with(nobody) { Invoice.count } }
end
refused('42P01', 'who forgets to bind finds no table') { Invoice.count }
refused('42501', 'nor reaches one by its name') { run(there) }
unbound('after refusals')

begin
  Tenant.with('acme') do
    Invoice.create!(title: 'never')
    raise KeyError, "the application's own"
  end
rescue KeyError => e
  same(e.message, "the application's own", 'an error of the application is passed on')
end
unbound('after an error of the application')
refused('22012', 'an error of SQL') { Tenant.with('acme') { Invoice.create!(title: 'never') && run('SELECT 1 / 0') } }
unbound('after an error of SQL')
same(Tenant.with('acme') { Invoice.distinct.pluck(:title) }, ['acme'], 'both rolled back')

Tenant.with('acme') do
  refused('25001', 'another tenant within is refused') { Tenant.with('globex') { 'entered' } }
  Tenant.with('acme') { nil }
  same(Invoice.distinct.pluck(:title), ['acme'], 'the outer tenant stays, and so it does after the same one within')
end
unbound('after nesting')

ActiveRecord::Base.cache do
  seen = %w[acme globex acme].map { |slug| Tenant.with(slug) { Invoice.find(1).title } }
  same(seen, %w[acme globex acme], "the query cache does not carry one tenant's rows to the next")
  Tenant.with('acme') { Invoice.count }
  refused('42P01', 'nor to one who forgets to bind') { Invoice.count }
end

connect(3)
transactions = ENV['TENANCY_FULL'] ? 500 : 50
wrong = Queue.new
processes = Queue.new
start = Queue.new
threads = Array.new(8) do |number|
  Thread.new do
    draw = Random.new(number)
    start.pop
    transactions.times do |turn|
      slug = %w[acme globex].sample(random: draw)
      ActiveRecord::Base.connection_pool.with_connection do
        Tenant.with(slug) do
          Invoice.create!(title: slug) if (turn % 5).zero?
          titles = Invoice.distinct.pluck(:title)
          wrong << [slug, titles] unless titles == [slug]
          processes << run('SELECT pg_backend_pid()').first
        end
      end
    end
  rescue StandardError => e
    wrong << e.message
  end
end
8.times { start << true }
threads.each(&:join)
same(Array.new(wrong.size) { wrong.pop }, [], "8 threads, #{transactions} transactions each, own rows alone")
same(Array.new(processes.size) { processes.pop }.uniq.size.between?(2, 3), true, 'over at most 3 connections')

connect(1, variables: { 'tenancy.tenant' => 'acme' })
same(Invoice.distinct.pluck(:title), ['acme'], 'variables: in the configuration bind a connection')

# ActiveRecord's migrations, in one tenant and then the other.
FileUtils.mkdir_p('migrate')
File.write('migrate/20260101000000_add_notes.rb', <<~RUBY)
  class AddNotes < ActiveRecord::Migration[6.1]
    def change
      create_table(:lines) { |table| table.references :invoice, foreign_key: true }
      add_column :invoices, :note, :string, default: 'none'
    end
  end
RUBY
ActiveRecord::Migration.verbose = false
migrated = %w[acme globex].map do |slug|
  connect(1, variables: { 'tenancy.tenant' => slug })
  pending = ActiveRecord::MigrationContext.new('migrate', ActiveRecord::SchemaMigration)
  before = pending.needs_migration?
  pending.migrate
  [before, pending.needs_migration?, ActiveRecord::Base.connection.foreign_keys(:lines).map(&:to_table)]
end
same(migrated, [[true, false, ['invoices']]] * 2, 'migrations run in each tenant by itself')
ActiveRecord::Base.remove_connection

printed, = Open3.capture2e('ruby', 'example.rb', chdir: EXAMPLE)
same(printed.gsub(/\d+/, 'n').lines.map(&:chomp),
     ['acme n', 'globex n', 'acme n', 'PG::ObjectNotInPrerequisiteState: ERROR:  tenant "initech" is not active'], 'the example runs')
puts "1..#{@count}"
exit !@failed
