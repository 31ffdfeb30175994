# One connection serves two tenants, and a third one is turned away.
require_relative 'tenant'

ActiveRecord::Base.establish_connection(adapter: 'postgresql', username: 'app', pool: 1)

class Invoice < ActiveRecord::Base
end

%w[acme globex acme initech].each do |slug|
  Tenant.with(slug) do
    Invoice.create!(title: "for #{slug}")
    puts "#{slug} #{Invoice.count}"
  end
rescue ActiveRecord::StatementInvalid => e
  puts e.message.lines.first
end
