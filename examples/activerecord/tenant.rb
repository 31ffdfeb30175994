# ActiveRecord: a transaction that is bound to a tenant.
require 'active_record'

module Tenant
  def self.with(slug)
    connection = ActiveRecord::Base.connection
    connection.transaction(requires_new: true) do
      connection.execute("SET LOCAL tenancy.tenant = #{connection.quote(slug.to_s)}")
      connection.clear_query_cache # it knows queries, not tenants
      yield
    end
  ensure
    connection&.clear_query_cache
  end
end
