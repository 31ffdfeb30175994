# What apartment does: sets ActiveRecord's search path. Prints what it saw, as JSON.
require 'active_record'
require 'json'

class Invoice < ActiveRecord::Base
end

# Runs a block for a tenant, and goes back to the public schema.
def switch(schema)
  connection = ActiveRecord::Base.connection
  connection.schema_search_path = %("#{schema}", "public")
  connection.clear_query_cache
  yield
ensure
  connection.schema_search_path = '"public"'
end

# Returns a block's result, or the SQLSTATE with which it fails.
def seen
  yield
rescue ActiveRecord::StatementInvalid => e
  e.cause.result.error_field(PG::PG_DIAG_SQLSTATE)
end

configuration = { adapter: 'postgresql', username: 'drop_in_app', pool: 1, checkout_timeout: 30 }
ActiveRecord::Base.establish_connection(**configuration)
switch('tenant_acme') { Invoice.columns }
found = {}
found['turns'] = %w[acme globex acme].map { |slug| switch("tenant_#{slug}") { Invoice.find_by(id: 1).title } }
found['connections'] = %w[acme globex].map { |slug| switch("tenant_#{slug}") { Invoice.connection.select_value('SELECT pg_backend_pid()') } }.uniq.size
found['role'] = switch('tenant_acme') { Invoice.connection.select_value('SELECT current_user') }
found['other'] = switch('tenant_acme') { seen { Invoice.connection.select_values('SELECT * FROM tenant_globex.invoices') } }
found['suspended'] = seen { switch('tenant_initech') { Invoice.count } }
found['public'] = seen { Invoice.count }
found['within'] = switch('tenant_acme') do
  Invoice.transaction do
    Invoice.count
    seen { Invoice.connection.schema_search_path = '"tenant_globex", "public"' }
  end
end
ActiveRecord::Base.establish_connection(**configuration, schema_search_path: '"tenant_globex", "public"')
found['configured'] = Invoice.distinct.pluck(:title)

ActiveRecord::Base.establish_connection(**configuration, pool: 3)
wrong = Queue.new
threads = Array.new(6) do |number|
  Thread.new do
    draw = Random.new(number)
    50.times do
      slug = %w[acme globex].sample(random: draw)
      ActiveRecord::Base.connection_pool.with_connection do
        titles = switch("tenant_#{slug}") { Invoice.distinct.pluck(:title) }
        wrong << [slug, titles] unless titles == [slug]
      end
    end
  rescue StandardError => e
    wrong << e.message
  end
end
threads.each(&:join)
found['wrong'] = Array.new(wrong.size) { wrong.pop }
puts JSON.generate(found)
